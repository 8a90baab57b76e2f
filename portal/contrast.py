"""WCAG 2.2 contrast of a town's six colours: what does not pass is refused, with the nearest shade that would."""

import colorsys
from dataclasses import dataclass
from typing import Final

MINIMUM: Final = 4.5  # WCAG 2.2, success criterion 1.4.3, text of any size
PAPER: Final = "#faf8f4"  # --paper in tokens.css
WHITE: Final = "#ffffff"

# (foreground, background): a name is a colour of the theme. These are the pairs that portal.css puts text on.
PAIRS: Final[tuple[tuple[str, str], ...]] = (
    ("on_brand", "brand"),
    ("on_brand", "brand_deep"),
    (WHITE, "brand"),
    (WHITE, "brand_deep"),
    (WHITE, "accent"),
    ("brand", PAPER),
    ("brand", "tint"),
    ("glow", "brand_deep"),
)


@dataclass(frozen=True)
class Problem:
    """One pair that can't be read: `colour` is the one to change, `nearest` the closest shade of it that passes."""

    colour: str
    against: str
    ratio: float
    nearest: str


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 (black) to 1 (white)."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """Contrast of two #rrggbb colours: 1 (the same) to 21 (black on white), whichever is in front."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def nearest_passing(colour: str, against: str, minimum: float = MINIMUM) -> str:
    """The shade of `colour`, same hue and saturation, least changed in lightness, that reaches `minimum`.

    Black or white reaches 4.5 against any colour, so there is always one.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    for step in range(101):
        for candidate in (lightness - step / 100, lightness + step / 100):
            shade = _hex(*colorsys.hls_to_rgb(hue, min(max(candidate, 0.0), 1.0), saturation))
            if ratio(shade, against) >= minimum:
                return shade
    raise ValueError(f"no shade of {colour} reaches {minimum} against {against}")


def problems(colours: dict[str, str]) -> list[Problem]:
    """Every pair of PAIRS below MINIMUM. `colours`: brand, brand_deep, accent, glow, tint, on_brand as #rrggbb."""
    found = []
    for front, back in PAIRS:
        value, behind = colours.get(front, front), colours.get(back, back)
        if (measured := ratio(value, behind)) < MINIMUM:
            # A pair with a fixed colour is mended on the town's side of it.
            name, fixed = (front, behind) if front in colours else (back, value)
            found.append(Problem(name, fixed, measured, nearest_passing(colours[name], fixed)))
    return found


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in (red, green, blue))

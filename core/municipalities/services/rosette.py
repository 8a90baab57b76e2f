"""The chip-carved rosette that a town gets from its name, until it uploads its arms.

Petalled flowers, swirls and stars are the old motifs of Basque steles and chests (hilarriak, kutxak). The name's
SHA-256 chooses among their variants, so a town always gets the same one, and no two towns of the county are alike.
"""

import hashlib
import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

VIEW_BOX: Final = "-100 -100 200 200"
SALT: Final = b"kutxa0"  # under this one every name of the county gives a rosette of its own: a test sees to it
TEETH: Final = (20, 24, 28, 32, 36, 40)
PETALS: Final = (6, 6, 8, 12)
BLADES: Final = (8, 10, 12, 14)
POINTS: Final = (8, 10, 12, 16)


class _Choices:
    """Draws one of several variants after another out of the name, always in the same order."""

    def __init__(self, name: str) -> None:
        self._left = int.from_bytes(hashlib.sha256(SALT + name.encode()).digest())

    def __call__(self, variants: int) -> int:
        self._left, choice = divmod(self._left, variants)
        return choice


@lru_cache(maxsize=512)
def rosette(name: str, *, first: str = "currentColor", second: str = "currentColor") -> str:
    """The inside of an SVG with VIEW_BOX, in two colours; the same name gives the same drawing, byte for byte."""
    choose = _Choices(name)
    middle = (_petals, _swirl, _star)[choose(3)]
    return "".join(
        [
            f'<circle r="97" fill="none" stroke="{first}" stroke-width="4"/>',
            _path(_teeth(TEETH[choose(6)], inward=choose(2)), second),
            _ring(choose(3), first),
            *middle(choose, first, second),
        ]
    )


def rosette_svg(name: str, *, first: str, second: str) -> str:
    """A whole SVG file: the favicon, the seal on a document, a town in a list."""
    inside = rosette(name, first=first, second=second)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{VIEW_BOX}">{inside}</svg>'


def _at(radius: float, degrees: float) -> str:
    radians = math.radians(degrees - 90)
    return f"{radius * math.cos(radians):.1f} {radius * math.sin(radians):.1f}"


def _path(strokes: Iterable[str], fill: str) -> str:
    return f'<path d="{"".join(strokes)}" fill="{fill}"/>'


def _around(count: int, turn: float = 0) -> list[float]:
    return [360 / count * index + turn for index in range(count)]


def _dots(radius: float, size: float, angles: list[float]) -> Iterator[str]:
    for angle in angles:
        yield f"M{_at(radius, angle)}m{-size} 0a{size} {size} 0 1 0 {2 * size} 0a{size} {size} 0 1 0 {-2 * size} 0Z"


def _teeth(count: int, *, inward: int) -> Iterator[str]:
    half = 180 / count * 0.92
    base, tip = (92, 78) if inward else (78, 92)
    return (f"M{_at(base, a - half)}L{_at(base, a + half)}L{_at(tip, a)}Z" for a in _around(count))


def _ring(kind: int, first: str) -> str:
    thin = f'<circle r="75" fill="none" stroke="{first}" stroke-width="2.5"/>'
    beads = f'<circle r="75" fill="none" stroke="{first}" stroke-width="4" stroke-dasharray="3.93 3.925"/>'
    return (thin, thin.replace("2.5", "5"), beads)[kind]


def _petals(choose: _Choices, first: str, second: str) -> Iterator[str]:
    count = PETALS[choose(4)]
    bend = {6: 70, 8: 62, 12: 95}[count]
    turn = 180 / count * choose(2)
    between = _around(count, turn + 180 / count)
    yield _path(
        (f"M0 0A{bend} {bend} 0 0 1 {_at(70, a)}A{bend} {bend} 0 0 1 0 0Z" for a in _around(count, turn)), first
    )
    ornaments = (
        _dots(57, {6: 8, 8: 5, 12: 4}[count], between),
        (f"M{_at(70, b - 40 / count)}L{_at(70, b + 40 / count)}L{_at(52, b)}Z" for b in between),
        (f"M{_at(68, b)}L{_at(58, b - 30 / count)}L{_at(48, b)}L{_at(58, b + 30 / count)}Z" for b in between),
    )
    yield _path(ornaments[choose(3)], second)


def _swirl(choose: _Choices, first: str, second: str) -> Iterator[str]:
    count, hand, hub = BLADES[choose(4)], 1 - 2 * choose(2), choose(3)
    sweep, back = (1, 0) if hand == 1 else (0, 1)
    near = 42 - 250 / count
    blades = [
        f"M{_at(14, a)}A44 44 0 0 {sweep} {_at(70, a + 42 * hand)}"
        f"A70 70 0 0 {back} {_at(70, a + near * hand)}A52 52 0 0 {back} {_at(14, a)}Z"
        for a in _around(count)
    ]
    yield _path(blades[::2], second)
    yield _path(blades[1::2], first)
    yield from _hub(hub, first, second)


def _star(choose: _Choices, first: str, second: str) -> Iterator[str]:
    count, waist, hub = POINTS[choose(4)], (22, 27, 34)[choose(3)], choose(3)
    half = 180 / count
    points = _around(count, half * choose(2))
    yield _path((f"M{_at(70, a)}L{_at(waist, a + half)}L0 0Z" for a in points), first)
    yield _path((f"M{_at(70, a)}L{_at(waist, a - half)}L0 0Z" for a in points), second)
    if count <= 10 and choose(2):
        yield _path(_dots(58, 4.5, [a + half for a in points]), second)
    yield from _hub(hub, first, second)


def _hub(kind: int, first: str, second: str) -> Iterator[str]:
    if kind == 0:
        yield f'<circle r="13" fill="none" stroke="{first}" stroke-width="3"/><circle r="6" fill="{first}"/>'
    elif kind == 1:
        yield f'<circle r="12" fill="{first}"/><circle r="5" fill="{second}"/>'
    else:
        yield f'<circle r="15" fill="{first}"/>' + _path(
            (f"M0 0A9 9 0 0 1 {_at(12, a)}A9 9 0 0 1 0 0Z" for a in _around(6)), second
        )

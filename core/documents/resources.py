"""What a document may contain: our own fonts, the town's emblem, the code's QR, and data that is in the page itself.

Nothing else is fetched, whatever a template or an uploaded coat of arms says: no file of the machine, no address.
"""

import io
from pathlib import Path
from typing import Any

import barcode
import segno
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core.municipalities.services import find_town, rosette_svg

from .page import address_of

FONTS = Path(__file__).with_name("fonts")
SCHEME = "biscaytik:"


class OwnResources(URLFetcher):  # type: ignore[misc]
    """`biscaytik:font/<file>`, `biscaytik:emblem/<town id>`, `biscaytik:qr/<code>`,
    `biscaytik:barcode/<digits>` and `data:`."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)

    def fetch(self, url: str, headers: Any = None) -> Any:
        if not url.startswith(SCHEME):
            return super().fetch(url, headers)  # refuses all but data:
        kind, _, name = url.removeprefix(SCHEME).partition("/")
        body, mime = _READERS[kind](name)
        return URLFetcherResponse(url, body, {"Content-Type": mime})


def _font(name: str) -> tuple[bytes, str]:
    if name not in {path.name for path in FONTS.glob("*.woff2")}:
        raise ValueError(f"no such font: {name}")
    return (FONTS / name).read_bytes(), "font/woff2"


def _emblem(town_id: str) -> tuple[bytes, str]:
    town = find_town(int(town_id))
    arms = town.theme.arms or rosette_svg(
        town.municipality.name_official, first=town.theme.brand, second=town.theme.accent
    )
    return arms.encode(), "image/svg+xml"


def _qr(csv: str) -> tuple[bytes, str]:
    code = segno.make(address_of(csv), error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, omitsize=True, xmldecl=False, svgclass=None, lineclass=None)
    return out.getvalue(), "image/svg+xml"


def _barcode(digits: str) -> tuple[bytes, str]:
    """GS1-128, as banks' machines read it; its digits stand beside it as text."""
    if not digits.isdecimal():
        raise ValueError(f"not a number: {digits}")
    out = io.BytesIO()
    barcode.get("gs1_128", digits, writer=barcode.writer.SVGWriter()).write(out, {"write_text": False})
    return out.getvalue(), "image/svg+xml"


_READERS = {"font": _font, "emblem": _emblem, "qr": _qr, "barcode": _barcode}

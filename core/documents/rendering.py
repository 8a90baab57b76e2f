"""WeasyPrint, set up once a process: importing this costs 60 MB, so only those who render do it."""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from . import sealing
from .models import Document
from .page import page_html
from .resources import OwnResources

VARIANT = "pdf/a-3a"  # archivable and tagged


@dataclass(frozen=True)
class Made:
    pdf: bytes
    pages: int
    sealed_at: datetime | None
    signer: str


class Kit(NamedTuple):
    """Everything that is the same for every document: a quarter of the time goes into making it anew each time."""

    fetcher: OwnResources
    fonts: FontConfiguration
    style: CSS


@cache
def kit() -> Kit:
    fetcher, fonts = OwnResources(), FontConfiguration()
    style = Path(__file__).with_name("print.css").read_text()
    return Kit(fetcher, fonts, CSS(string=style, url_fetcher=fetcher, font_config=fonts))


def make(document: Document) -> Made:
    """Render a document and seal it. BrokenDocument when that can't be done, OSError when it can't be done now."""
    return render(page_html(document), seal=sealing.load_seal())


def render(html: str, *, seal: "sealing.Seal | None") -> Made:
    """A tagged PDF/A of a page, sealed when there is a seal."""
    tools = kit()
    page = HTML(string=html, url_fetcher=tools.fetcher, base_url=None)
    laid_out = page.render(stylesheets=[tools.style], font_config=tools.fonts, pdf_variant=VARIANT)
    if seal is None:
        pdf = laid_out.write_pdf(pdf_variant=VARIANT)
        return Made(pdf, len(laid_out.pages), None, "")
    place = sealing.Placeholder(seal)
    out = io.BytesIO()
    laid_out.write_pdf(out, finisher=place.put_in, pdf_variant=VARIANT)
    return Made(place.fill(out.getvalue()), len(laid_out.pages), place.at, seal.name)

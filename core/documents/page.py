"""A document's row as an HTML page: its template, its town's letterhead, its code and where that is checked."""

from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.municipalities.services import find_town

from .codes import grouped_csv
from .contexts import missing_keys
from .models import Document

LANGUAGES = {"eu": ("eu",), "es": ("es",), "bi": ("eu", "es")}


class BrokenDocument(Exception):
    """This document can't be made as it stands; trying again won't help."""


def page_html(document: Document) -> str:
    """The page as WeasyPrint wants it. BrokenDocument when its context lacks something."""
    if missing := missing_keys(document.template, document.context):
        raise BrokenDocument(f"the context of {document.template} lacks {', '.join(missing)}")
    languages = LANGUAGES[document.language]
    with override(languages[0]):
        return str(get_template(f"documents/{document.template}.html").render(_context(document, languages)))


def address_of(csv: str) -> str:
    """Where anybody checks a code; short, for it is printed and stands in the QR code."""
    return f"{settings.BASE_URL}/v/{csv}"


def _context(document: Document, languages: tuple[str, ...]) -> dict[str, Any]:
    town = find_town(document.municipality_id or 0)
    titles = {"eu": document.title_eu, "es": document.title_es}
    return document.context | {
        "languages": languages,
        "titles": titles,
        "title": " / ".join(dict.fromkeys(titles[code] for code in languages)),
        "town": town.municipality,
        "town_dir3": town.municipality.dir3,
        "brand": town.theme.brand,
        "csv": document.csv,
        "grouped": grouped_csv(document.csv),
        "check_address": address_of(document.csv),
        "note_eu": _note("eu"),
        "note_es": _note("es"),
    }


def _note(language: str) -> str:
    with override(language):
        return _(
            "Document with the town hall's electronic seal and verification code (Law 40/2015, arts. 40 and 42). "
            "Check it at this address or with the QR code:"
        )

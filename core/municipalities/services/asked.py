"""What an address or a form's hidden value asks for: nobody promised that a browser of ours has written it."""

from datetime import date

from django.core.exceptions import BadRequest
from django.utils.dateparse import parse_date

FIRST_YEAR, LAST_YEAR = 1900, 2200  # some years on either side can still be counted


def number_asked(text: str) -> int | None:
    """A row's number or a count; None where it is none, or more than a bigint holds."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def day_asked(text: str) -> date | None:
    """None where none is asked for; BadRequest where there is no such day."""
    try:
        day = parse_date(text)
    except ValueError:
        raise BadRequest("no such day") from None
    if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadRequest("a day that nobody can ask for")
    return day

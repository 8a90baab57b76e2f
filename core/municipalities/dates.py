"""How a year is declined in Basque dates: 2025eko but 2026ko, by the number that is spoken last."""

from typing import Any

from django.utils.dateformat import DateFormat
from django.utils.translation import get_language

# Basque counts by twenties; of the names of 1 to 19, only bat, bost, hamar and hamabost end in a consonant
_CONSONANT = frozenset({1, 5, 10, 15})


def year_suffix(year: int) -> str:
    """`eko` after a consonant (bost, hamar, ehun), `ko` after a vowel (sei, hogei, mila)."""
    if year % 100 == 0:
        return "ko" if year % 1000 == 0 else "eko"
    return "eko" if year % 100 % 20 in _CONSONANT else "ko"


_suffix_of_the_day = DateFormat.S


def _suffix(self: Any) -> str:
    return year_suffix(self.data.year) if get_language() == "eu" else str(_suffix_of_the_day(self))


def decline_years() -> None:
    """Give the letter S of Django's date formats, English's 1st and 2nd, its Basque meaning: the year's ending.

    A format is one string for every date, so no setting can say it; this way whatever writes a date (a template, the
    clerks' lists, an e-mail, a PDF) declines it.
    """
    DateFormat.S = _suffix  # type: ignore[method-assign]

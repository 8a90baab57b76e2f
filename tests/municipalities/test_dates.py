"""Basque dates, whoever writes them."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import date_format, localize
from hypothesis import given
from hypothesis import strategies as st

from core.documents.templatetags.documents import day
from core.municipalities.dates import year_suffix

UNITS = "bat bi hiru lau bost sei zazpi zortzi bederatzi hamar hamaika hamabi hamahiru hamalau hamabost hamasei "
UNITS += "hamazazpi hemezortzi hemeretzi"
SCORES = ["", "hogei", "berrogei", "hirurogei", "laurogei"]


def last_word(year: int) -> str:
    """What is heard last when the year is read out."""
    scores, rest = divmod(year % 100, 20)
    if rest:
        return UNITS.split()[rest - 1]
    return SCORES[scores] or ("ehun" if year % 1000 else "mila")


@pytest.mark.parametrize("year", range(1990, 2061))
def test_a_year_is_declined_by_how_it_ends_when_spoken(year: int) -> None:
    assert year_suffix(year) == ("ko" if last_word(year)[-1] in "aeiou" else "eko")


KNOWN = {"eko": (1900, 1990, 2010, 2015, 2021, 2025, 2030, 2050), "ko": (1999, 2000, 2011, 2020, 2026, 2040, 2060)}


@pytest.mark.parametrize("suffix", KNOWN)
def test_known_years(suffix: str) -> None:
    assert {year_suffix(year) for year in KNOWN[suffix]} == {suffix}


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_pages_lists_mails_and_papers_write_the_same_date(on: date) -> None:
    with translation.override("eu"):
        written = f"{on.year}{year_suffix(on.year)} {date_format(on, 'E')} {on.day}a"
        in_template = Template('{{ on|date:"DATE_FORMAT" }}#{{ on }}').render(Context({"on": on}))
        assert in_template.split("#") == [written, written]
        assert localize(on) == written
        assert day(on.isoformat())("eu") == written
        at = datetime(on.year, on.month, on.day, 9, 30, tzinfo=UTC)
        assert date_format(at, "DATETIME_FORMAT") == f"{written}, 09:30"


def test_english_keeps_its_ordinals() -> None:
    with translation.override("en"):
        assert date_format(date(2025, 11, 22), "jS F") == "22nd November"

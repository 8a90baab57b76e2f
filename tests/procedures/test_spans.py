"""A period that ends before it begins is told on its page, and never costs nothing."""

import csv
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.audit.constants import Level
from core.municipalities.services.terms import MADRID
from procedures.catalogue import find_definition
from procedures.constants import FieldType
from procedures.models import ProcedureField
from procedures.spans import TABLE, is_reversed, spans_of
from tests.cast import Cast
from tests.procedures.walking import Walk, errors

DATES = (FieldType.DATE, FieldType.DATETIME)


@pytest.mark.django_db
def test_every_pair_is_two_dates_of_one_page(catalogue: None) -> None:
    with TABLE.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            definition = find_definition(row["procedure"])
            assert definition, row
            fields = {one.name: one for one in definition.form.fields}
            first, last = fields[row["first"]], fields[row["last"]]
            assert first.page == last.page and {first.type, last.type} <= set(DATES), row


@pytest.mark.django_db
def test_every_period_of_the_catalogue_is_such_a_pair(catalogue: None) -> None:
    ends = {"_from": "_to", "_start": "_end", "start_": "end_", "valid_from": "valid_until"}
    dates = set(ProcedureField.objects.filter(type__in=DATES).values_list("procedure__code", "name"))
    for code, name in dates:
        for begin, end in ends.items():
            if begin in name and (code, last := name.replace(begin, end)) in dates:
                assert (name, last) in spans_of(code), (code, name, last)


@pytest.mark.django_db
def test_the_page_names_the_dates_and_says_how_to_mend_them(online: Cast, browser: Callable[..., Client]) -> None:
    walk = Walk(browser(online.ane, level=Level.CERTIFICATE), "VIA-003").begin()
    with pytest.raises(AssertionError):
        walk.answer(date_from_2="2021", date_to_2="2020")
    (told,) = errors(walk.response)["date_to"]
    assert "ezin da" in told and "zuzendu" in told


@given(st.dates(), st.dates())
def test_two_days_are_in_order_or_refused(first: date, last: date) -> None:
    assert is_reversed(first.isoformat(), last.isoformat()) == (last < first)


@given(st.integers(631_152_000, 4_102_444_800), st.integers(-9999, 9999))
def test_moments_are_compared_across_a_change_of_hour(second: int, minutes: int) -> None:
    first, last = (datetime.fromtimestamp(at, MADRID) for at in (second, second + 60 * minutes))
    assert is_reversed(first.isoformat(), last.isoformat()) == (minutes < 0)
    assert is_reversed(first.date().isoformat(), last.isoformat()) == (last.date() < first.date())

"""Terms as the law counts them: the worked examples, and what holds for every day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.municipalities.models import DayOff
from core.municipalities.scope import acting_for, whole_province
from core.municipalities.services import forget_calendar, terms
from tests.cast import Cast

COUNTY_2026 = [
    "2026-01-01",
    "2026-01-06",
    "2026-03-19",
    "2026-04-02",
    "2026-04-03",
    "2026-04-06",
    "2026-05-01",
    "2026-07-25",
    "2026-07-31",
    "2026-08-15",
    "2026-10-12",
    "2026-12-08",
    "2026-12-25",
]
days = st.dates(date(2026, 1, 1), date(2026, 12, 1))
few = st.integers(0, 20)
# the calendar of the fixture does not change between examples
examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def calendar(cast: Cast) -> Cast:
    """The county's days off of 2026, and one of each town's own."""
    with whole_province("test"):
        DayOff.objects.bulk_create(
            DayOff(municipality=None, day=date.fromisoformat(day), name_es=day) for day in COUNTY_2026
        )
    for town, day in ((cast.mundaka, date(2026, 6, 29)), (cast.balmaseda, date(2026, 10, 26))):
        with acting_for(town.pk):
            DayOff.objects.create(day=day, name_es="Fiesta")
    forget_calendar()
    return cast


def test_ten_working_days_skip_the_first_of_may_and_weekends(calendar: Cast) -> None:
    end = terms.add_working_days(date(2026, 4, 30), 10, towns=[calendar.mundaka.pk])
    assert end == date(2026, 5, 15)


def test_a_month_from_31_january_ends_on_the_next_working_day_after_28_february(calendar: Cast) -> None:
    assert terms.add_months(date(2026, 1, 31), 1, towns=[calendar.mundaka.pk]) == date(2026, 3, 2)


def test_an_electronic_notification_lapses_after_ten_calendar_days() -> None:
    assert terms.add_calendar_days(date(2026, 6, 1), 10) == date(2026, 6, 11)


def test_the_tenth_calendar_day_does_not_move_off_a_sunday() -> None:
    assert terms.add_calendar_days(date(2026, 6, 4), 10) == date(2026, 6, 14)


def test_months_pass_the_end_of_the_year(calendar: Cast) -> None:
    assert terms.add_months(date(2025, 11, 30), 3, towns=[]) == date(2026, 3, 2)  # 28 February is a Saturday
    assert terms.add_months(date(2025, 12, 10), 1, towns=[]) == date(2026, 1, 12)


def test_a_day_off_in_either_town_is_off(calendar: Cast) -> None:
    friday, mundaka, balmaseda = date(2026, 6, 26), calendar.mundaka.pk, calendar.balmaseda.pk
    assert terms.add_working_days(friday, 1, towns=[balmaseda]) == date(2026, 6, 29)
    assert terms.add_working_days(friday, 1, towns=[balmaseda, mundaka]) == date(2026, 6, 30)
    assert terms.add_working_days(friday, 1, towns=[balmaseda, None]) == date(2026, 6, 29)


def test_a_filing_on_a_sunday_counts_from_the_first_hour_of_monday(calendar: Cast) -> None:
    at = datetime(2026, 6, 14, 21, 30, tzinfo=UTC)
    assert terms.deemed_filing(at, town=calendar.mundaka.pk).isoformat() == "2026-06-15T00:00:01+02:00"


def test_a_filing_on_a_working_day_counts_at_once_at_any_hour(calendar: Cast) -> None:
    at = datetime(2026, 6, 15, 21, 59, 59, tzinfo=UTC)  # 23:59:59 in Madrid
    assert terms.deemed_filing(at, town=calendar.mundaka.pk) == at


def test_only_the_office_s_own_calendar_moves_a_filing(calendar: Cast) -> None:
    at = datetime(2026, 6, 29, 10, tzinfo=UTC)  # off in Mundaka, not in Balmaseda
    assert terms.deemed_filing(at, town=calendar.balmaseda.pk) == at
    assert terms.local_day(terms.deemed_filing(at, town=calendar.mundaka.pk)) == date(2026, 6, 30)


def test_the_day_is_madrid_s_and_not_utc_s() -> None:
    assert terms.local_day(datetime(2026, 12, 31, 23, 0, tzinfo=UTC)) == date(2027, 1, 1)
    assert terms.local_day(datetime(2026, 7, 1, 22, 0, tzinfo=UTC)) == date(2026, 7, 2)


def test_the_hour_that_exists_twice_and_the_one_that_never_does(calendar: Cast) -> None:
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]  # 02:30 summer, 02:30 winter
    assert {terms.local_day(at) for at in twice} == {date(2026, 10, 25)}
    deemed = {terms.deemed_filing(at, town=calendar.mundaka.pk) for at in twice}
    assert [at.isoformat() for at in deemed] == ["2026-10-26T00:00:01+01:00"]
    spring = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 03:00, the minute after 01:59
    assert terms.deemed_filing(spring, town=calendar.mundaka.pk).isoformat() == "2026-03-30T00:00:01+02:00"


def test_a_term_is_never_counted_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        terms.add_working_days(date(2026, 1, 1), -1, towns=[])


def test_the_calendar_is_read_once_a_year(calendar: Cast) -> None:
    terms.add_working_days(date(2026, 4, 30), 10, towns=[calendar.mundaka.pk])
    with CaptureQueriesContext(connection) as statements:
        terms.add_months(date(2026, 1, 31), 6, towns=[calendar.mundaka.pk, calendar.balmaseda.pk])
    assert len(statements) == 0


@examples
@given(day=days, n=few)
def test_the_days_left_are_the_days_that_were_given(calendar: Cast, day: date, n: int) -> None:
    towns = [calendar.mundaka.pk, calendar.balmaseda.pk]
    end = terms.add_working_days(day, n, towns=towns)
    assert terms.working_days_between(day, end, towns=towns) == n
    assert terms.working_days_between(end, day, towns=towns) == -n


@examples
@given(day=days, n=st.integers(1, 20))
def test_a_term_ends_on_a_working_day_and_more_towns_never_shorten_it(calendar: Cast, day: date, n: int) -> None:
    mundaka, balmaseda = calendar.mundaka.pk, calendar.balmaseda.pk
    end = terms.add_working_days(day, n, towns=[mundaka])
    assert terms.is_working_day(end, towns=[mundaka])
    assert terms.add_working_days(day, n, towns=[mundaka, balmaseda]) >= end > day


@examples
@given(day=days, n=st.integers(0, 60))
def test_months_keep_the_day_or_the_last_one_and_then_only_move_forward(calendar: Cast, day: date, n: int) -> None:
    end = terms.add_months(day, n, towns=[calendar.mundaka.pk])
    months = (end.year - day.year) * 12 + end.month - day.month
    assert terms.is_working_day(end, towns=[calendar.mundaka.pk])
    assert months in (n, n + 1)
    assert day < end + timedelta(days=1)


@examples
@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_filing_never_counts_before_it_was_made(calendar: Cast, at: datetime) -> None:
    deemed = terms.deemed_filing(at, town=calendar.mundaka.pk)
    assert deemed >= at
    assert terms.is_working_day(terms.local_day(deemed), towns=[calendar.mundaka.pk])
    assert terms.deemed_filing(deemed, town=calendar.mundaka.pk) == deemed

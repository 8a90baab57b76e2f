"""Legal terms and the calendar: what day a term ends, from which moment a filing counts.

Ley 39/2015, art. 30 (terms) and 31 (the registry's calendar). Everything is counted in days of Europe/Madrid. `towns`
are ids of municipalities; `None` among them, a town outside the county, has no days off that are known here.
"""

import logging
import time
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

from django.utils import timezone

from core.municipalities.models import DayOff

logger = logging.getLogger(__name__)

MADRID = ZoneInfo("Europe/Madrid")
FIRST_HOUR = clock(0, 0, 1)  # of the next working day
SATURDAY = 5
SECONDS_FRESH = 300


@dataclass(frozen=True)
class _Year:
    """The days off of one year: of the whole county, and of each town."""

    county: frozenset[date]
    towns: dict[int, frozenset[date]]
    read_at: float


_years: dict[int, _Year] = {}


def forget_calendar() -> None:
    """Read the days off again at the next question (after a change in this process, and between tests)."""
    _years.clear()


def local_day(at: datetime) -> date:
    """The day it is in Europe/Madrid at an aware moment; the hour that exists twice in October is the same day."""
    return at.astimezone(MADRID).date()


def local_today() -> date:
    """Today in Europe/Madrid."""
    return local_day(timezone.now())


def is_working_day(day: date, *, towns: Iterable[int | None]) -> bool:
    """Not a Saturday, a Sunday, nor a day off of the county or of any of the towns (art. 30.2 and 30.6)."""
    if day.weekday() >= SATURDAY:
        return False
    year = _year(day.year)
    return day not in year.county and not any(day in year.towns.get(town, ()) for town in towns if town is not None)


def next_working_day(day: date, *, towns: Iterable[int | None]) -> date:
    """The day itself where it is a working one, else the first that is (art. 30.5)."""
    towns = tuple(towns)
    while not is_working_day(day, towns=towns):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, n: int, *, towns: Iterable[int | None]) -> date:
    """The last day of a term of `n` working days, counted from the day after `day` (art. 30.2 and 30.3).

    A day off in the citizen's town or in the office's is off for the term (art. 30.6): pass both.
    """
    _not_negative(n)
    towns = tuple(towns)
    while n:
        day += timedelta(days=1)
        n -= is_working_day(day, towns=towns)
    return day


def add_calendar_days(day: date, n: int) -> date:
    """The last of `n` calendar days, counted from the day after `day`; it does not move when it is not working.

    That is how an electronic notification lapses (art. 43.2): made available 1 June, rejected at the end of the 11th.
    """
    _not_negative(n)
    return day + timedelta(days=n)


def add_months(day: date, n: int, *, towns: Iterable[int | None]) -> date:
    """The last day of a term of `n` months, from date to date (art. 30.4), moved to a working day (art. 30.5).

    Where the last month has no such day, the term ends on its last day: 31 January and a month is 28 February.
    """
    _not_negative(n)
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    last = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return next_working_day(last, towns=towns)


def deemed_filing(at: datetime, *, town: int) -> datetime:
    """From when a filing counts: at once on a working day of the office, else the next one's first hour (art. 31.2).

    Only the calendar of the office counts (art. 31.3). The entry keeps the effective moment beside this one.
    """
    day = local_day(at)
    working = next_working_day(day, towns=(town,))
    return at if working == day else datetime.combine(working, FIRST_HOUR, MADRID)


def working_days_between(start: date, end: date, *, towns: Iterable[int | None]) -> int:
    """How many working days there are after `start` up to and with `end`; negative when `end` is past."""
    if end < start:
        return -working_days_between(end, start, towns=towns)
    towns = tuple(towns)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day, towns=towns) for day in days)


def days_off(first: date, last: date, *, town: int) -> frozenset[date]:
    """The county's and the town's days off from `first` to `last`; Saturdays and Sundays are none. From memory."""
    years = (_year(year) for year in range(first.year, last.year + 1))
    every = frozenset[date]().union(*(one.county | one.towns.get(town, frozenset()) for one in years))
    return frozenset(day for day in every if first <= day <= last)


def _not_negative(n: int) -> None:
    if n < 0:
        raise ValueError("a term is not counted backwards")


def _year(year: int) -> _Year:
    known = _years.get(year)
    if known is None or time.monotonic() - known.read_at > SECONDS_FRESH:
        known = _years[year] = _read(year)
    return known


def _read(year: int) -> _Year:
    county: set[date] = set()
    towns: dict[int, set[date]] = {}
    for town, day in DayOff.objects.filter(day__range=(date(year, 1, 1), date(year, 12, 31))).values_list(
        "municipality_id", "day"
    ):
        (county if town is None else towns.setdefault(town, set())).add(day)
    if not county:
        logger.warning("no days off of the county are known for %s: its terms count every weekday", year)
    return _Year(frozenset(county), {town: frozenset(days) for town, days in towns.items()}, time.monotonic())

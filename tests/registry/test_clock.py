"""The clock is Postgres's and the year is Madrid's."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from registry.models import Book
from registry.services import number_of, verify_book
from tests.cast import Cast

from .cases import enter

Clock = Callable[[datetime], None]


def test_the_year_turns_at_midnight_in_madrid_and_not_in_utc(in_mundaka: Cast, clock: Clock) -> None:
    midnight = datetime(2026, 12, 31, 23, tzinfo=UTC)
    numbers = []
    for n, moment in enumerate((midnight - timedelta(microseconds=1), midnight, midnight + timedelta(hours=1))):
        clock(moment)
        numbers.append(number_of(enter(in_mundaka, f"k{n}")))
    assert numbers == ["2026-E-000001", "2027-E-000001", "2027-E-000002"]
    assert [verify_book(book) for book in Book.objects.all()] == [[], []]


def test_a_clock_that_is_set_back_does_not_put_an_entry_before_the_last(in_mundaka: Cast, clock: Clock) -> None:
    noon = datetime(2026, 6, 15, 12, tzinfo=UTC)
    clock(noon)
    enter(in_mundaka)
    clock(noon - timedelta(minutes=5))
    assert enter(in_mundaka, "k2").at == noon


def test_a_sunday_s_entry_keeps_its_time_and_counts_from_monday(in_mundaka: Cast, clock: Clock) -> None:
    sunday = datetime(2026, 6, 14, 18, tzinfo=UTC)
    clock(sunday)
    entry = enter(in_mundaka)
    entry.refresh_from_db()
    assert entry.at == sunday
    assert entry.deemed_at == datetime(2026, 6, 14, 22, 0, 1, tzinfo=UTC)
    assert verify_book(entry.book) == []


def test_the_hour_that_exists_twice_keeps_its_order(in_mundaka: Cast, clock: Clock) -> None:
    entries = []
    for n, hour in enumerate((0, 1)):  # half past two, and half past two again
        clock(datetime(2026, 10, 25, hour, 30, tzinfo=UTC))
        entries.append(enter(in_mundaka, f"k{n}"))
    assert entries[0].at < entries[1].at
    assert {entry.deemed_at.isoformat() for entry in entries} == {"2026-10-25T23:00:01+00:00"}
    assert verify_book(entries[0].book) == []

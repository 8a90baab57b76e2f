"""Which hours are free."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.municipalities.models import DayOff
from tests.cast import Cast
from town_hall.appointments.models import Booking, Desk, DeskException, DeskHours, Service
from town_hall.appointments.services import block, free_slots
from town_hall.appointments.services.slots import Slot, _starts, _without, read_stamp

from .desks import at, booked, make_desk, make_office, make_service, next_monday


@pytest.fixture
def service(in_mundaka: Cast) -> Service:
    return make_service()


@pytest.fixture
def desk(service: Service) -> Desk:
    return make_desk(make_office(), service)


def labels(service: Service, desk: Desk, day: date | None = None, **how: object) -> list[str]:
    day = day or next_monday()
    found = free_slots(service, office_id=desk.office_id, first=day, last=day, **how)  # type: ignore[arg-type]
    return [slot.label for slot in found.get(day, [])]


def test_the_week_is_cut_into_hours(service: Service, desk: Desk) -> None:
    assert labels(service, desk) == ["09:00", "09:30", "10:00", "10:30"]
    assert labels(service, desk, next_monday() + timedelta(days=1)) == []


def test_what_is_taken_is_not_free_whatever_it_is_taken_by(cast: Cast, service: Service, desk: Desk) -> None:
    booked(cast, service, desk, "09:30")
    block(
        desk=desk,
        starts_at=at(next_monday(), "10:15"),
        ends_at=at(next_monday(), "10:20"),
        reason="",
        actor=cast.clerk(),
    )
    assert labels(service, desk) == ["09:00", "10:30"]


def test_a_second_desk_doubles_the_hour(cast: Cast, service: Service, desk: Desk) -> None:
    make_desk(desk.office, service)
    booked(cast, service, desk, "09:00")
    assert labels(service, desk)[0] == "09:00"
    booked(cast, service, desk, "09:00", email="jon@example.eus")
    assert labels(service, desk)[0] == "09:30"


def test_a_day_off_of_the_town_or_of_the_county_has_no_hours(cast: Cast, service: Service, desk: Desk) -> None:
    DayOff.objects.create(day=next_monday(), name_eu="Jaia", name_es="Fiesta")
    assert labels(service, desk) == []


def test_another_towns_day_off_is_nothing_to_us(cast: Cast, service: Service, desk: Desk) -> None:
    from core.municipalities.scope import acting_for

    with acting_for(cast.balmaseda.pk):
        DayOff.objects.create(day=next_monday(), name_eu="Jaia", name_es="Fiesta")
    assert len(labels(service, desk)) == 4


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ({"kind": "closed"}, []),
        ({"kind": "closed", "opens": time(9, 15), "closes": time(10, 0)}, ["10:00", "10:30"]),
        ({"kind": "open", "opens": time(11, 0), "closes": time(12, 0)},
         ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]),
    ],
)  # fmt: skip
def test_exceptions_close_and_open(service: Service, desk: Desk, values: dict[str, object], left: list[str]) -> None:
    day = next_monday()
    DeskException.objects.create(desk=None, starts_on=day, ends_on=day, **values)
    assert labels(service, desk) == left


def test_a_desk_can_open_on_a_day_off(service: Service, desk: Desk) -> None:
    day = next_monday()
    DayOff.objects.create(day=day, name_eu="Jaia", name_es="Fiesta")
    DeskException.objects.create(desk=desk, kind="open", starts_on=day, ends_on=day, opens=time(10), closes=time(11))
    assert labels(service, desk) == ["10:00", "10:30"]


def test_the_past_the_notice_and_too_far_ahead_are_not_offered(service: Service, desk: Desk, freeze: object) -> None:
    monday = next_monday()
    freeze(at(monday, "09:01"))  # type: ignore[operator]
    service.notice_hours = 1
    assert labels(service, desk, monday) == ["10:30"]
    assert labels(service, desk, monday, unlimited=True) == ["09:00", "09:30", "10:00", "10:30"]
    assert labels(service, desk, monday - timedelta(days=7)) == []
    assert labels(service, desk, monday + timedelta(days=35)) == []


def test_a_day_that_is_full_by_its_own_limit_has_no_hours(cast: Cast, service: Service, desk: Desk) -> None:
    service.per_day = 1
    booked(cast, service, desk)
    assert labels(service, desk) == []
    assert labels(service, desk, unlimited=True) == ["09:30", "10:00", "10:30"]


def test_hours_hold_from_and_to_their_dates(service: Service, desk: Desk) -> None:
    DeskHours.objects.update(valid_to=next_monday() - timedelta(days=1))
    DeskHours.objects.create(desk=desk, weekday=0, opens=time(16), closes=time(17), valid_from=next_monday())
    assert labels(service, desk) == ["16:00", "16:30"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 3, 28), ["01:00", "01:30", "03:00", "03:30"]),
        (date(2027, 10, 31), ["01:00", "01:30", "02:00 (CEST)", "02:30 (CEST)", "02:00 (CET)", "02:30 (CET)",
                              "03:00", "03:30"]),
    ],
)  # fmt: skip
def test_when_the_clocks_change(service: Service, desk: Desk, day: date, expected: list[str], freeze: object) -> None:
    """No hour that does not exist, and the one that exists twice is two."""
    freeze(datetime.combine(day, time(), UTC) - timedelta(days=10))  # type: ignore[operator]
    DeskHours.objects.update(weekday=6, opens=time(1), closes=time(4))
    found = free_slots(service, office_id=desk.office_id, first=day, last=day)[day]
    assert [slot.label for slot in found] == expected
    assert len({slot.stamp for slot in found}) == len(found)
    assert [read_stamp(slot.stamp) for slot in found] == [slot.starts_at for slot in found]


def test_a_month_of_hours_costs_six_statements(
    service: Service, desk: Desk, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        free_slots(service, office_id=desk.office_id, first=next_monday(), last=next_monday() + timedelta(days=30))
    assert not Booking.objects.exists()


moments = st.integers(0, 1440).map(lambda minute: datetime(2026, 11, 2, tzinfo=UTC) + timedelta(minutes=minute))
stretches = st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1])


@given(st.lists(stretches, max_size=4), stretches, st.integers(5, 120))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_hour_lies_in_what_is_closed_or_outside_of_what_is_open(
    open_ones: list[tuple[datetime, datetime]], closed: tuple[datetime, datetime], minutes: int
) -> None:
    length = timedelta(minutes=minutes)
    for start in _starts(_without(open_ones, closed), length):
        assert any(begins <= start and start + length <= ends for begins, ends in open_ones)
        assert start + length <= closed[0] or start >= closed[1]


def test_a_stamp_that_is_none_is_none() -> None:
    assert read_stamp("tomorrow") is None and read_stamp("20261399T0000Z") is None
    assert Slot(datetime(2026, 11, 2, 8, 0, tzinfo=UTC)).label == "09:00"

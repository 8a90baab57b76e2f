"""Which hours are free: worked out from the desks' week, its exceptions, the days off and what is taken.

Everything is reckoned in UTC and shown in Europe/Madrid: on the night that has an hour twice both are offered, and the
hour that does not exist never is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from core.municipalities.models import open_municipality
from core.municipalities.services.terms import MADRID, days_off, local_day
from town_hall.appointments.constants import ExceptionKind, State
from town_hall.appointments.models import Booking, Desk, DeskException, DeskHours, Service

from .offering import desks_of

Stretch = tuple[datetime, datetime]
STAMP = "%Y%m%dT%H%MZ"
NEXT_SHOWN = 6


@dataclass(frozen=True)
class Slot:
    """An hour that can be booked, and the desks that are free at it."""

    starts_at: datetime
    desks: tuple[int, ...] = field(default=(), compare=False)

    @property
    def stamp(self) -> str:
        """As it stands in an address, in UTC: 20261025T0030Z."""
        return f"{self.starts_at.astimezone(UTC):{STAMP}}"

    @property
    def label(self) -> str:
        """10:15; the hour that exists twice says which of the two it is: 02:15 (CET)."""
        local = self.starts_at.astimezone(MADRID)
        twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
        return f"{local:%H:%M} ({local.tzname()})" if twice else f"{local:%H:%M}"


def read_stamp(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


@dataclass
class _Calendar:
    """What the free hours of some days are made of: three statements, however many days."""

    desks: list[Desk]
    hours: list[DeskHours]
    exceptions: list[DeskException]
    days_off: frozenset[date]
    taken: dict[int, list[Stretch]]
    booked: Counter[date]  # of the service, at any desk


def free_slots(
    service: Service,
    *,
    office_id: int,
    first: date,
    last: date,
    desk_id: int | None = None,
    ignoring: int | None = None,
    unlimited: bool = False,
    known_desks: Sequence[Desk] | None = None,
) -> dict[date, list[Slot]]:
    """The free hours of each day from `first` to `last`, in order; days without any are left out.

    `ignoring`: a booking that is being moved and takes no time. `unlimited`: for a clerk, whom neither notice nor days
    ahead nor the day's limit bind; nobody books what is over. `known_desks`: the office's, where they are read already.
    """
    now = timezone.now()
    earliest = now - service.length if unlimited else now + timedelta(hours=service.notice_hours)
    if not unlimited:
        last = min(last, local_day(now) + timedelta(days=service.days_ahead))
    first = max(first, local_day(earliest))
    if first > last:
        return {}
    every = desks_of(service, office_id=office_id) if known_desks is None else known_desks
    desks = [desk for desk in every if desk_id in (None, desk.pk)]
    known = _read(service, desks, first, last, ignoring)
    found: dict[date, list[Slot]] = {}
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        if not unlimited and service.per_day is not None and known.booked[day] >= service.per_day:
            continue
        if slots := _slots_of(day, known, service.length, earliest):
            found[day] = slots
    return found


def next_free(service: Service, *, office_id: int, start: date, ignoring: int | None = None) -> list[Slot]:
    """The next hours that are free from a day on: what is offered to whom another was quicker."""
    days = free_slots(
        service, office_id=office_id, first=start, last=start + timedelta(days=service.days_ahead), ignoring=ignoring
    )
    return [slot for slots in days.values() for slot in slots][:NEXT_SHOWN]


def without(slots: list[Slot], starts_at: datetime) -> list[Slot]:
    """All but the hour that she has: to move there would change nothing."""
    return [slot for slot in slots if slot.starts_at != starts_at]


def _read(service: Service, desks: list[Desk], first: date, last: date, ignoring: int | None) -> _Calendar:
    town, ids = open_municipality(), [desk.pk for desk in desks]
    begin, end = _moment(first, time.min), _moment(last + timedelta(days=1), time.min)
    bookings = Booking.objects.exclude(state=State.CANCELLED).exclude(pk=ignoring)
    bookings = bookings.filter(Q(desk__in=ids) | Q(service=service), starts_at__lt=end, ends_at__gt=begin)
    taken: dict[int, list[Stretch]] = {}
    booked: Counter[date] = Counter()
    for desk_id, service_id, starts, ends in bookings.values_list("desk_id", "service_id", "starts_at", "ends_at"):
        taken.setdefault(desk_id, []).append((starts, ends))
        booked[local_day(starts)] += service_id == service.pk
    return _Calendar(
        desks=desks,
        hours=list(DeskHours.objects.filter(municipality=town, desk__in=ids)),
        exceptions=list(
            DeskException.objects.filter(
                Q(desk=None) | Q(desk__in=ids), municipality=town, starts_on__lte=last, ends_on__gte=first
            )
        ),
        days_off=days_off(first, last, town=town or 0),
        taken=taken,
        booked=booked,
    )


def _slots_of(day: date, known: _Calendar, length: timedelta, earliest: datetime) -> list[Slot]:
    free: dict[datetime, list[int]] = {}
    for desk in known.desks:
        busy = known.taken.get(desk.pk, [])
        for start in _starts(_open_stretches(desk.pk, day, known), length):
            if start >= earliest and not any(start < ends and begins < start + length for begins, ends in busy):
                free.setdefault(start, []).append(desk.pk)
    return [Slot(start, tuple(desks)) for start, desks in sorted(free.items())]


def _open_stretches(desk_id: int, day: date, known: _Calendar) -> list[Stretch]:
    """When a desk attends on a day: its week unless the day is off, what was opened, less what was closed."""
    stretches = [
        _stretch(day, row.opens, row.closes)
        for row in known.hours
        if row.desk_id == desk_id
        and row.weekday == day.weekday()
        and day not in known.days_off
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or row.valid_to >= day)
    ]
    exceptions = [
        row for row in known.exceptions if row.desk_id in (None, desk_id) and row.starts_on <= day <= row.ends_on
    ]
    for row in exceptions:
        if row.kind == ExceptionKind.OPEN and row.opens and row.closes:
            stretches.append(_stretch(day, row.opens, row.closes))
    stretches = list(_joined(stretches))
    for row in exceptions:
        if row.kind == ExceptionKind.CLOSED:
            closed = _stretch(day, row.opens, row.closes) if row.opens and row.closes else None
            stretches = list(_without(stretches, closed)) if closed else []
    return stretches


def _stretch(day: date, opens: time, closes: time) -> Stretch:
    return _moment(day, opens), _moment(day, closes)


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, MADRID).astimezone(UTC)


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Stretches that touch or overlap, as one: a desk that opens twice at an hour attends once."""
    current: Stretch | None = None
    for begins, ends in sorted(stretches):
        if current and begins <= current[1]:
            current = current[0], max(current[1], ends)
            continue
        if current:
            yield current
        current = begins, ends
    if current:
        yield current


def _without(stretches: Iterable[Stretch], closed: Stretch) -> Iterator[Stretch]:
    for begins, ends in stretches:
        for left in ((begins, min(ends, closed[0])), (max(begins, closed[1]), ends)):
            if left[0] < left[1]:
                yield left


def _starts(stretches: Iterable[Stretch], length: timedelta) -> Iterator[datetime]:
    for begins, ends in stretches:
        while begins + length <= ends:
            yield begins
            begins += length

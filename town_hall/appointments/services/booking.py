"""Booking, moving and cancelling: by a citizen with her link, or by a clerk on her behalf.

Nobody gets an hour that another has: bookings of a service queue at its row, then at the rows of the desks, always in
that order; the exclusion constraint of the table refuses whatever would come past them.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from case_files.services import end_appointment, hold_for_appointment, move_appointment
from core.audit.services import Actor, record
from core.documents.services import allow
from core.municipalities.models import Office
from core.municipalities.services import DomainError
from core.municipalities.services.terms import local_day
from core.notifications.services import outbox
from town_hall.appointments.constants import State
from town_hall.appointments.models import Booking, Desk, DeskService, Rules, Service
from town_hall.appointments.tokens import give_token

from .notices import notices
from .offering import known_rules, rules_of, rules_on
from .slots import Slot, free_slots, next_free

# hours that one device, and one network, may take without saying for whom; an association's computer books for many
NAMELESS = (4, 20)
HALF_A_DAY = 12 * 3600
TAKEN = gettext_lazy("That hour is not free any more: somebody was quicker, or it is over. Choose another one.")


class SlotTaken(DomainError):
    """The hour is not free any more; `free` holds the next ones that are."""

    def __init__(self, free: list[Slot]) -> None:
        message = (
            TAKEN if free else _("That hour is not free any more and no other one is. Call us, or come back tomorrow.")
        )
        super().__init__(message, field="slot", code="taken")
        self.free = free


def book(
    *,
    service: Service,
    office_id: int,
    starts_at: datetime,
    name: str,
    email: str = "",
    phone: str = "",
    language: str,
    key: str,
    person_id: int | None = None,
    desk_id: int | None = None,
    note: str = "",
    case_reference: str = "",
    client: Sequence[str] = (),
    actor: Actor,
) -> Booking:
    """Give somebody an hour at a desk of the office that is free. The same `key` again returns what it booked.

    SlotTaken with the next free hours when it is not free; DomainError when she has as many as the service allows. A
    clerk is bound by neither the limits nor the notice. `case_reference`: booked with a request, whose sending is
    undone as a whole when this is refused, and which puts the `notices` into its own outbox. `client`: of `device_of`,
    counted where neither a person nor a contact is known.
    """
    email, phone, day = plain_email(email), plain_phone(phone), local_day(starts_at)
    with transaction.atomic(savepoint=not case_reference):
        service, desks = _hold(service, office_id)
        new = bool(case_reference)  # nobody can have used its key before
        if not new and (booked := Booking.objects.filter(key=key).select_related("service", "desk__office").first()):
            return booked
        rules = known_rules()
        if actor.is_citizen:
            _within_limits(service, day, rules, person_id=person_id, email=email, phone=phone)
        free = _free_desk(service, office_id, starts_at, desks, desk_id=desk_id, unlimited=not actor.is_citizen)
        if actor.is_citizen and not (person_id or email or phone):
            _within_limits_of_device(client, free.office)
        booking = Booking(
            service=service, desk=free, starts_at=starts_at, ends_at=starts_at + service.length, person_id=person_id,
            name=name, email=email, phone=phone, language=language, note=note, case_reference=case_reference, key=key,
            forget_on=day + timedelta(days=rules_of(day, rules).keep_days),
        )  # fmt: skip
        give_token(booking)
        booking.save(force_insert=True)
        record("appointments.booked", actor=actor, target=booking, subject=person_id)
        if not new:
            outbox(notices(booking, "booked"))
        return booking


@transaction.atomic
def move(*, booking: Booking, starts_at: datetime, actor: Actor) -> Booking:
    """Another hour at the same office; link and limits stay. SlotTaken when that hour is not free."""
    booking = locked(booking)
    _is_to_come(booking, actor)
    service, office_id = booking.service, booking.desk.office_id
    if service is None:
        raise DomainError(_("Time that is blocked is not moved: unblock it and block another."))
    service, desks = _hold(service, office_id)
    before = str(booking)
    citizen = actor.is_citizen
    booking.desk = _free_desk(service, office_id, starts_at, desks, ignoring=booking.pk, unlimited=not citizen)
    booking.starts_at, booking.ends_at = starts_at, starts_at + service.length
    booking.version += 1
    booking.forget_on = local_day(starts_at) + timedelta(days=rules_on(local_day(starts_at)).keep_days)
    booking.save(update_fields=["desk", "starts_at", "ends_at", "version", "forget_on"])
    record("appointments.moved", actor=actor, target=booking, subject=booking.person_id, data={"from": before})
    outbox(notices(booking, "moved"))
    if booking.case_reference:
        move_appointment(reference=booking.case_reference, actor=actor)
    return booking


@transaction.atomic
def cancel(*, booking: Booking, actor: Actor) -> Booking:
    """Give the hour back; a second time changes nothing. DomainError when it has begun."""
    booking = locked(booking)
    if booking.state == State.CANCELLED:
        return booking
    _is_to_come(booking, actor)
    _give_back(booking, actor)
    if booking.case_reference:
        end_appointment(reference=booking.case_reference, code="appointment_cancelled", actor=actor)
    return booking


def hours_to_come(reference: str) -> QuerySet[Booking]:
    """What was booked with a request and has not begun, the nearest first."""
    rows = Booking.objects.filter(case_reference=reference, state=State.BOOKED, starts_at__gt=timezone.now())
    return rows.select_related("service", "desk__office").order_by("starts_at")


def free_hours(*, reference: str, actor: Actor) -> int:
    """Give back the hours to come of a request that has ended without them, in the ending's transaction, whoever ends
    it; how many. The file is locked."""
    hours = list(hours_to_come(reference).select_for_update(of=("self",)))
    for booking in hours:
        _give_back(booking, actor)
    return len(hours)


def _give_back(booking: Booking, actor: Actor) -> None:
    booking.state = State.CANCELLED
    booking.save(update_fields=["state"])
    record("appointments.cancelled", actor=actor, target=booking, subject=booking.person_id)
    outbox(notices(booking, "cancelled"))


def give_appointments(provisional: int, person: int) -> None:
    """A provisional person turned out to be somebody: her appointments are that person's."""
    Booking.objects.filter(person_id=provisional).update(person_id=person)


def plain_email(text: str) -> str:
    return text.strip().lower()


def plain_phone(text: str) -> str:
    """Digits, with the plus of another country's number; our own country's code is left out."""
    number = "".join(sign for sign in text if sign.isdecimal() or sign == "+")
    number = f"+{number[2:]}" if number.startswith("00") else number
    return number.removeprefix("+34")


def _hold(service: Service, office_id: int) -> tuple[Service, list[Desk]]:
    """The rows of the service and of its desks in the office, until the commit: as they stand now, in one statement.

    `no_key`: a foreign key to these rows waits for nobody.
    """
    rows = DeskService.objects.select_for_update(no_key=True, of=("service", "desk")).filter(
        service=service.pk, desk__office=office_id, desk__active=True
    )
    found = list(rows.select_related("service", "desk__office").order_by("desk_id"))
    return (found[0].service if found else service), [row.desk for row in found]


def locked(booking: Booking) -> Booking:
    """The appointment's row until the commit, after that of its file."""
    if booking.case_reference:
        hold_for_appointment(booking.case_reference)
    rows = Booking.objects.select_for_update(of=("self",)).select_related("service", "desk__office")
    return rows.get(pk=booking.pk)


def _is_to_come(booking: Booking, actor: Actor) -> None:
    if booking.state != State.BOOKED:
        said = booking.get_state_display()
        raise DomainError(_("This appointment can't be changed any more. It stands as: %(state)s.") % {"state": said})
    if booking.starts_at <= timezone.now() and actor.is_citizen:
        raise DomainError(_("This appointment has begun or is over, so it can't be changed any more."))


def _within_limits_of_device(client: Sequence[str], office: Office) -> None:
    """Where nothing of the person is kept, nothing but a hash of where she asks from, for half a day."""
    if all(allow(f"hours:{one}", limit=most, seconds=HALF_A_DAY) for one, most in zip(client, NAMELESS, strict=False)):
        return
    message = _("From this device or network no more appointments can be booked here for now. Your answers are kept.")
    call = _("Ring us, and we give you the hour: %(phone)s.") % {"phone": office.phone} if office.phone else ""
    raise DomainError(f"{message} {call or _('Ring or come to the office, and we give you the hour.')}", code="limit")


def _free_desk(service: Service, office_id: int, starts_at: datetime, desks: list[Desk], **how: Any) -> Desk:
    day = local_day(starts_at)
    slots = free_slots(service, office_id=office_id, first=day, last=day, known_desks=desks, **how).get(day, [])
    slot = next((slot for slot in slots if slot.starts_at == starts_at), None)
    if slot is None:
        start = max(day, local_day(timezone.now()))
        raise SlotTaken(next_free(service, office_id=office_id, start=start, ignoring=how.get("ignoring")))
    return next(desk for desk in desks if desk.pk == slot.desks[0])


def _within_limits(
    service: Service, day: date, rules: list[Rules], *, person_id: int | None, email: str, phone: str
) -> None:
    """Of one person: whoever signed in as her, or gave the same e-mail or the same telephone."""
    hers = Q(person_id=person_id) if person_id else Q()
    hers |= Q(email=email) if email else Q()
    hers |= Q(phone=phone) if phone else Q()
    rows = Booking.objects.filter(hers, state=State.BOOKED, starts_at__gt=timezone.now())
    to_come = list(rows.values_list("service_id", "starts_at")) if hers else []
    of_service = [starts for service_id, starts in to_come if service_id == service.pk]
    that_day = [starts for starts in of_service if local_day(starts) == day]
    said = {"most": service.per_person}
    if len(that_day) >= service.per_person_day:
        message = _(
            "With this e-mail or telephone there is an appointment on that day already. Choose another day, or move or "
            "cancel that one with the link that you got."
        )
    elif len(of_service) >= service.per_person:
        message = _(
            "With this e-mail or telephone there are as many appointments for this service as one person can have "
            "(%(most)s). Move or cancel one with the link that you got, or call us."
        )
    elif len(to_come) >= (most := rules_of(local_day(timezone.now()), rules).open_per_person):
        said = {"most": most}
        message = _(
            "With this e-mail or telephone there are as many appointments at this town hall as one person can have "
            "(%(most)s). Move or cancel one with the link that you got, or call us."
        )
    else:
        return
    raise DomainError(message % said, code="limit")

"""What a clerk does at the desk: the day's list, who has come, time that is kept free."""

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from case_files.services import end_appointment
from core.audit.services import Actor, record
from core.municipalities.models import open_municipality
from core.municipalities.services import DomainError
from core.municipalities.services.terms import MADRID, local_day, local_today
from town_hall.appointments.constants import NEXT, State
from town_hall.appointments.models import Booking, Desk
from town_hall.appointments.rights import require_desk
from town_hall.appointments.tokens import give_token

from .booking import locked

ENDS = {State.ATTENDED: "appointment_attended", State.NO_SHOW: "appointment_missed"}  # what ends the file of a request


def day_of(day: date, *, desk_id: int | None = None, actor: Actor) -> list[Booking]:
    """Who comes on a day, in order. Looking at the names is written down."""
    require_desk(actor)
    begin = datetime.combine(day, datetime.min.time(), MADRID)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), MADRID)
    rows = Booking.objects.filter(starts_at__gte=begin, starts_at__lt=end).exclude(state=State.CANCELLED)
    if desk_id:
        rows = rows.filter(desk=desk_id)
    found = list(rows.select_related("service", "desk__office").order_by("starts_at", "desk"))
    record("appointments.listed", actor=actor, object_ref=str(day), data={"shown": len(found)})
    return found


@transaction.atomic
def attend(*, booking: Booking, state: State, actor: Actor) -> Booking:
    """She has arrived, is called, was attended or did not come. DomainError for what can't follow."""
    booking = locked(booking)
    require_desk(actor)
    if state not in NEXT.get(State(booking.state), ()):
        said = {"before": booking.get_state_display(), "after": state.label}
        raise DomainError(_("The appointment stands as “%(before)s”; it can't become “%(after)s”.") % said)
    if local_day(booking.starts_at) > local_today():
        raise DomainError(_("This appointment is on another day: move it first."))
    booking.state = state
    booking.save(update_fields=["state"])
    record(f"appointments.{state.value}", actor=actor, target=booking, subject=booking.person_id)
    if booking.case_reference and state in ENDS:
        end_appointment(reference=booking.case_reference, code=ENDS[state], actor=actor)
    return booking


@transaction.atomic
def block(*, desk: Desk, starts_at: datetime, ends_at: datetime, reason: str, actor: Actor) -> Booking:
    """Keep a desk's time free of appointments. DomainError where there are some already."""
    require_desk(actor)
    desk = Desk.objects.select_for_update(no_key=True, of=("self",)).get(pk=desk.pk, municipality=open_municipality())
    if ends_at <= starts_at:
        raise DomainError(_("The end must come after the beginning."), field="ends")
    live = Booking.objects.exclude(state=State.CANCELLED)
    there = live.filter(desk=desk, starts_at__lt=ends_at, ends_at__gt=starts_at).first()
    if there:
        at = f"{there.starts_at.astimezone(MADRID):%H:%M}"
        raise DomainError(_("There is something at %(at)s already: move or cancel it first.") % {"at": at})
    blocked = Booking(
        desk=desk, starts_at=starts_at, ends_at=ends_at, state=State.BLOCKED, note=reason,
        key=secrets.token_hex(16), forget_on=local_day(ends_at),
    )  # fmt: skip
    give_token(blocked)
    blocked.save(force_insert=True)
    record("appointments.blocked", actor=actor, target=blocked)
    return blocked


@transaction.atomic
def unblock(*, booking: Booking, actor: Actor) -> Booking:
    """Give blocked time back."""
    booking = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    require_desk(actor)
    if booking.state != State.BLOCKED:
        raise DomainError(_("This is an appointment, not blocked time."))
    booking.state = State.CANCELLED
    booking.save(update_fields=["state"])
    record("appointments.unblocked", actor=actor, target=booking)
    return booking

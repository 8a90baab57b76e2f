"""The clerk's day: who comes to which desk, who has arrived, who is written down by telephone, time that is kept."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.audit.services import record_reading
from core.municipalities.models import open_municipality
from core.municipalities.services import DomainError, day_asked, number_asked
from core.municipalities.services.terms import MADRID, local_day, local_today

from .constants import NEXT, State
from .forms import BlockForm, DeskBookingForm, MoveForm
from .models import Booking, Desk, Service
from .rights import get_booking_for, require_desk
from .services import (
    Slot,
    attend,
    block,
    book,
    cancel,
    day_of,
    free_slots,
    move,
    offered_services,
    offices_of,
    unblock,
)
from .services.slots import read_stamp, without


def _page(request: Any, template: str, title: str, **context: Any) -> HttpResponse:
    return render(
        request, f"appointments/staff/{template}.html", admin.site.each_context(request) | {"title": title} | context
    )


def _desks() -> QuerySet[Desk]:
    return Desk.objects.filter(municipality=open_municipality(), active=True).select_related("office")


def _day(request: Any) -> Any:
    return day_asked(request.GET.get("day", "")) or local_today()


def _number(request: Any, name: str) -> int | None:
    return number_asked(request.GET.get(name, ""))


def day(request: Any) -> HttpResponse:
    """`?day=&desk=`: who comes, in order, with what can be said of each."""
    require_desk(request.actor)
    chosen, desk_id = _day(request), _number(request, "desk")
    shown = day_of(chosen, desk_id=desk_id, actor=request.actor)
    rows = [{"booking": row, "slot": Slot(row.starts_at), "next": _next(row)} for row in shown]
    states = [str(row.state) for row in shown]
    return _page(
        request,
        "day",
        _("Appointments"),
        rows=rows,
        day=chosen,
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
        tables=_desks(),
        desk_id=desk_id,
        waiting=states.count(State.ARRIVED),
        expected=states.count(State.BOOKED),
        attended=states.count(State.ATTENDED),
    )


def _next(booking: Booking) -> list[State]:
    """What can be said of it now; of another day's, nothing."""
    return list(NEXT.get(State(booking.state), ())) if local_day(booking.starts_at) <= local_today() else []


def new(request: Any) -> HttpResponse:
    """`?service=&office=&day=`: the free hours; then who comes. On somebody's behalf, by telephone or at the desk."""
    require_desk(request.actor)
    services = offered_services()
    service = _chosen(services, _number(request, "service"))
    offices = offices_of(service) if service else []
    office = _chosen(offices, _number(request, "office"))
    chosen = _day(request)
    slots = _free(service, office, chosen)
    form = DeskBookingForm(request.POST or None, slots=slots, initial=_fresh())
    if form.is_valid() and service and office:
        given = {name: form.cleaned_data[name] for name in ("name", "email", "phone", "language", "key", "note")}
        starts_at = read_stamp(form.cleaned_data["slot"])
        try:
            book(service=service, office_id=office.pk, starts_at=starts_at, actor=request.actor, **given)  # type: ignore[arg-type]
        except DomainError as error:
            form.add_error(error.field, str(error.message))
        else:
            messages.success(request, _("Written down."))
            return _to_day(chosen)
    return _page(
        request, "new", _("Write somebody down"), services=services, service=service, offices=offices,
        office=office, day=chosen, slots=slots, form=form,
    )  # fmt: skip


def _fresh() -> dict[str, Any]:
    return {"key": secrets.token_urlsafe(16), "language": get_language()}


def _chosen(rows: list[Any], pk: int | None) -> Any:
    """The one that was asked for, else the first."""
    return next((row for row in rows if row.pk == pk), rows[0] if rows else None)


def _free(service: Service | None, office: Any, chosen: Any, ignoring: int | None = None) -> list[Slot]:
    if service is None or office is None:
        return []
    found = free_slots(service, office_id=office.pk, first=chosen, last=chosen, ignoring=ignoring, unlimited=True)
    return found.get(chosen, [])


def block_time(request: Any) -> HttpResponse:
    require_desk(request.actor)
    initial = {"day": _day(request), "desk": _number(request, "desk")}
    form = BlockForm(request.POST or None, desks=_desks(), initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        starts, ends = (datetime.combine(data["day"], data[name], MADRID) for name in ("starts", "ends"))
        try:
            block(desk=data["desk"], starts_at=starts, ends_at=ends, reason=data["reason"], actor=request.actor)
        except DomainError as error:
            form.add_error(error.field, str(error.message))
        else:
            messages.success(request, _("Blocked: nobody can book that time."))
            return _to_day(data["day"])
    return _page(request, "block", _("Block time"), form=form)


def one(request: Any, booking_id: int) -> HttpResponse:
    """One appointment: who comes, and another hour for it. Looking is written down where the person has an account."""
    booking = get_booking_for(request.actor, booking_id)
    record_reading("appointments", actor=request.actor, target=booking, subject=booking.person_id)
    chosen = _day(request) if "day" in request.GET else max(local_day(booking.starts_at), local_today())
    slots = without(_free(booking.service, booking.desk.office, chosen, ignoring=booking.pk), booking.starts_at)
    can_move = booking.state == State.BOOKED
    form = MoveForm(request.POST or None, slots=slots)
    if can_move and form.is_valid():
        starts_at = read_stamp(form.cleaned_data["slot"])
        try:
            move(booking=booking, starts_at=starts_at or booking.starts_at, actor=request.actor)
        except DomainError as error:
            form.add_error("slot", str(error.message))
        else:
            messages.success(request, _("The appointment has another hour."))
            return _to_day(chosen)
    return _page(
        request, "one", _("Appointment"), booking=booking, slot=Slot(booking.starts_at), day=chosen, slots=slots,
        form=form, can_move=can_move,
    )  # fmt: skip


@require_POST
def act(request: Any, booking_id: int, verb: str) -> HttpResponse:
    """`arrived`, `called`, `attended`, `no_show`; `cancel`; `unblock`."""
    booking = get_booking_for(request.actor, booking_id)
    if verb == "cancel":
        cancel(booking=booking, actor=request.actor)
    elif verb == "unblock":
        unblock(booking=booking, actor=request.actor)
    elif verb in State.values:
        attend(booking=booking, state=State(verb), actor=request.actor)
    else:
        raise Http404
    return _to_day(local_day(booking.starts_at), desk=request.POST.get("desk", ""))


def _to_day(chosen: Any, desk: str = "") -> HttpResponse:
    more = f"&desk={desk}" if desk.isdecimal() else ""
    return redirect(f"{reverse('admin:appointments_staff:day')}?day={chosen:%Y-%m-%d}{more}")

"""The citizen's pages: service, office, day, hour, who comes; and what she does with the link that she gets.

Every choice stands in the address, so the back button, a second tab and a bookmark do what one expects.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.documents.services import allow, client_of
from core.municipalities.constants import Module
from core.municipalities.middleware import public_page
from core.municipalities.models import Office
from core.municipalities.services import DomainError, day_asked
from core.municipalities.services.terms import local_day, local_today
from procedures.services import offers_of, search

from .forms import ContactForm, MoveForm
from .models import Booking, Service
from .rights import get_booking_by_token
from .services import (
    SlotTaken,
    book,
    calendar_file,
    cancel,
    find_service,
    free_slots,
    move,
    offered_services,
    offices_of,
    rules_on,
    token_of,
)
from .services.booking import TAKEN, plain_email, plain_phone
from .services.slots import Slot, read_stamp, without

DAYS_SHOWN = 14
SENT_AN_HOUR = 20  # bookings from one address; a library or a family home has one address too
OF_ONE_AN_HOUR = 10  # and with one e-mail or telephone, from wherever
View = Callable[..., HttpResponse]


def in_use(view: View) -> View:
    """Only where the town gives appointments; the county itself has no desk."""

    @wraps(view)
    def checked(request: Any, **where: Any) -> HttpResponse:
        if request.town is None or Module.APPOINTMENTS not in request.town.modules:
            raise Http404
        return view(request, **where)

    return checked


def secret(view: View) -> View:
    """A page behind a secret link: nobody keeps or indexes it. The portal's own same-origin policy tells no other site;

    `no-referrer` would make browsers post from here with the origin “null”, which the CSRF check refuses.
    """

    @wraps(view)
    def kept(request: Any, **where: Any) -> HttpResponse:
        response = never_cache(in_use(view))(request, **where)
        response["X-Robots-Tag"] = "noindex"
        return response

    return kept


@public_page
@in_use
def services(request: Any) -> HttpResponse:
    """`?procedure=PAD-001`: only what is for that procedure, where anything is."""
    offered = offered_services(procedure=request.GET.get("procedure", "")[:20])
    return render(request, "appointments/services.html", {"services": offered})


@in_use
def offices(request: Any, service_id: int) -> HttpResponse:
    service = _service(service_id)
    places = offices_of(service)
    if len(places) == 1:
        return redirect("appointments:times", service_id, places[0].pk)
    context = {"service": service, "places": places, "procedures": _about(request, service)}
    return render(request, "appointments/offices.html", context)


@in_use
def times(request: Any, service_id: int, office_id: int) -> HttpResponse:
    """The days with free hours, a fortnight at a time (`?from=`); the hours of the day that is chosen (`?day=`)."""
    service, office = _service(service_id), _office(service_id, office_id)
    context = {"service": service, "office": office, "procedures": _about(request, service)}
    context |= _days(request, service, office)
    return render(request, "appointments/times.html", context)


@never_cache
@in_use
def details(request: Any, service_id: int, office_id: int, stamp: str) -> HttpResponse:
    """Who comes. An hour that is taken meanwhile gives way to the next free ones, in the same form."""
    service, office, starts_at = _service(service_id), _office(service_id, office_id), read_stamp(stamp)
    if starts_at is None:
        raise Http404
    slot = Slot(starts_at)
    if request.method != "POST" and not _is_free(service, office, slot):
        messages.warning(request, str(TAKEN))
        return redirect("appointments:times", service_id, office_id)
    form = ContactForm(request.POST or None, initial=_known(request))
    if form.is_valid():
        chosen = read_stamp(form.cleaned_data["slot"] or stamp)
        if booking := _book(request, form, service, office, chosen or starts_at):
            messages.success(request, _("Your appointment is booked."))
            return redirect("appointments:mine", token_of(booking))
    context = {"service": service, "office": office, "slot": slot, "form": form}
    context["keep_days"] = rules_on(local_day(starts_at)).keep_days
    return render(request, "appointments/details.html", context, status=409 if form.has_error("slot") else 200)


@secret
def mine(request: Any, token: str) -> HttpResponse:
    booking = get_booking_by_token(token)
    return render(request, "appointments/mine.html", _of(booking, token))


@secret
def calendar(request: Any, token: str) -> HttpResponse:
    booking = get_booking_by_token(token)
    response = HttpResponse(calendar_file(booking), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@secret
def cancel_mine(request: Any, token: str) -> HttpResponse:
    """Asked first: a mail program that follows links cancels nothing."""
    booking = get_booking_by_token(token)
    if request.method == "POST":
        cancel(booking=booking, actor=request.actor)
        messages.success(request, _("Your appointment is cancelled. Somebody else can have the hour now."))
        return redirect("appointments:mine", token)
    if not booking.is_to_come:
        return redirect("appointments:mine", token)
    return render(request, "appointments/cancel.html", _of(booking, token))


@secret
def move_mine(request: Any, token: str) -> HttpResponse:
    booking = get_booking_by_token(token)
    if not booking.is_to_come or booking.service is None:
        return redirect("appointments:mine", token)
    service, office = booking.service, booking.desk.office
    context = _of(booking, token) | _days(request, service, office, ignoring=booking.pk)
    context["slots"] = without(context["slots"], booking.starts_at)
    form = MoveForm(request.POST if request.method == "POST" else None, slots=context["slots"])
    if form.is_valid():
        chosen = read_stamp(form.cleaned_data["slot"])
        try:
            move(booking=booking, starts_at=chosen or booking.starts_at, actor=request.actor)
        except DomainError as error:
            form.add_error("slot", str(error.message))
        else:
            messages.success(request, _("Your appointment has another hour."))
            return redirect("appointments:mine", token)
    elif form.is_bound and context["day"]:
        form = _chosen_meanwhile(form)
    return render(request, "appointments/move.html", context | {"form": form})


def _chosen_meanwhile(form: MoveForm) -> MoveForm:
    """An hour that stood in the list when the page was opened, and stands in it no more."""
    if form.data.get("slot"):
        del form.errors["slot"]
        form.add_error("slot", str(TAKEN))
    return form


def _service(service_id: int) -> Service:
    service = find_service(service_id)
    if service is None:
        raise Http404
    return service


def _about(request: Any, service: Service) -> list[Any]:
    """The procedures that the town has on line for what she comes for: perhaps she need not come."""
    if Module.PROCEDURES not in request.town.modules:
        return []
    offers = offers_of(request.town.municipality.pk)
    return search("", offers={code: offers[code] for code in service.procedures if code in offers})


def _office(service_id: int, office_id: int) -> Office:
    office = next((one for one in offices_of(_service(service_id)) if one.pk == office_id), None)
    if office is None:
        raise Http404
    return office


def _days(request: Any, service: Service, office: Office, *, ignoring: int | None = None) -> dict[str, Any]:
    """The fortnight that is shown, and the hours of the chosen day."""
    today = local_today()
    last = today + timedelta(days=service.days_ahead)
    start = min(max(day_asked(request.GET.get("from", "")) or today, today), last)
    end = min(start + timedelta(days=DAYS_SHOWN - 1), last)
    free = free_slots(service, office_id=office.pk, first=start, last=end, ignoring=ignoring)
    day = day_asked(request.GET.get("day", ""))
    slots = free.get(day) if day else None
    if day and slots is None:
        slots = free_slots(service, office_id=office.pk, first=day, last=day, ignoring=ignoring).get(day, [])
    return {
        "days": [{"day": one, "free": len(slots)} for one, slots in free.items()],
        "start": start,
        "end": end,
        "later": end + timedelta(days=1) if end < last else None,
        "earlier": max(start - timedelta(days=DAYS_SHOWN), today) if start > today else None,
        "day": day,
        "slots": slots or [],
    }


def _is_free(service: Service, office: Office, slot: Slot) -> bool:
    day = local_day(slot.starts_at)
    return slot in free_slots(service, office_id=office.pk, first=day, last=day).get(day, [])


def _known(request: Any) -> dict[str, Any]:
    """What need not be asked of whoever has signed in; a new key for a new form."""
    user = request.user
    known = {"name": str(user.person or user.name), "email": user.email} if user.is_authenticated else {}
    return known | {"language": get_language(), "key": secrets.token_urlsafe(16)}


def _book(request: Any, form: ContactForm, service: Service, office: Office, starts_at: Any) -> Booking | None:
    """The appointment, or None with what is wrong in the form."""
    if not _may_ask(request, form):
        form.add_error(
            None, _("Too many appointments were asked for from this place. Try again in an hour, or call us.")
        )
        return None
    given = {name: form.cleaned_data[name] for name in ("name", "email", "phone", "language", "key")}
    try:
        return book(
            service=service,
            office_id=office.pk,
            starts_at=starts_at,
            person_id=request.actor.person_id,
            actor=request.actor,
            **given,
        )
    except SlotTaken as taken:
        form.offer(taken.free)
        form.add_error("slot", str(taken.message))
    except DomainError as error:
        form.add_error(error.field, str(error.message))
    return None


def _may_ask(request: Any, form: ContactForm) -> bool:
    """Counted for the place and for each contact: booking and cancelling in turns holds no hours either."""
    limits = {f"by:{client_of(request)}": SENT_AN_HOUR}
    contacts = (plain_email(form.cleaned_data["email"]), plain_phone(form.cleaned_data["phone"]))
    limits |= {f"of:{contact}": OF_ONE_AN_HOUR for contact in contacts if contact}
    return all(allow(f"appointments:{who}", limit=limit, seconds=3600) for who, limit in limits.items())


def _of(booking: Booking, token: str) -> dict[str, Any]:
    return {
        "booking": booking,
        "service": booking.service,
        "office": booking.desk.office,
        "token": token,
        "slot": Slot(booking.starts_at),
        "is_over": booking.starts_at <= timezone.now(),
    }

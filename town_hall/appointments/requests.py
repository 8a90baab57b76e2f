"""What the forms of procedures ask of the appointments: the free hours, one of them, and what was booked."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from case_files.models import CaseFile
from case_files.services import Visit, Visits, register_visits
from core.audit.services import Actor
from core.municipalities.constants import Module
from core.municipalities.models import open_municipality
from core.municipalities.services import DomainError, is_adopted
from core.municipalities.services.terms import local_today
from core.notifications.models import OutboxRow
from procedures.constants import FieldType
from procedures.services import Booked, Days, Hours, register_hours

from .models import Booking, Service
from .services import SlotTaken, book, free_hours, free_slots, hours_to_come, offered_services, offices_of, token_of
from .services.booking import TAKEN
from .services.notices import notices
from .services.slots import read_stamp

DAYS_SHOWN = 10  # of a service: a list that opens is not a calendar


def offer(procedure: str, answers: Mapping[str, Any]) -> Days:
    """The free hours of every service that is for such a request, the nearest days first; in the reader's language."""
    if not is_adopted(open_municipality() or 0, Module.APPOINTMENTS):
        return []
    said = _chosen(answers)
    services = [one for one in offered_services() if one.is_for(procedure, said)]
    places = [(service, office) for service in services for office in offices_of(service)]
    days: Days = []
    today = local_today()
    for service, office in places:
        last = today + timedelta(days=service.days_ahead)
        free = free_slots(service, office_id=office.pk, first=today, last=last)
        where = [office.name] if len({one.pk for _service, one in places}) > 1 else []
        what = [service.name] if len(services) > 1 else []
        for day, slots in islice(free.items(), DAYS_SHOWN):
            title = " · ".join([f"{date_format(day, 'l')}, {date_format(day, 'DATE_FORMAT')}", *where, *what])
            days.append((title, [(f"{service.pk}-{office.pk}-{slot.stamp}", slot.label) for slot in slots]))
    return days


def take(
    *,
    procedure: str,
    answers: Mapping[str, Any],
    hour: str,
    reference: str,
    name: str,
    email: str,
    phone: str,
    language: str,
    person_id: int | None,
    client: Sequence[str] = (),
    actor: Actor,
) -> Booked:
    """Book the hour with the request of this case file, in its transaction. DomainError `taken` or `limit`.

    `client`: of `device_of`, counted where neither a person nor a contact is known.
    """
    service_id, office_id, stamp = hour.split("-", 2)
    starts_at = read_stamp(stamp)
    if starts_at is None:
        raise DomainError(str(TAKEN), code="taken")
    try:
        booking = book(
            service=Service(pk=int(service_id)),  # read and locked there
            office_id=int(office_id),
            starts_at=starts_at,
            name=name[:120],
            email=email,
            phone=phone,
            language=language,
            key=f"request:{reference}",
            person_id=person_id,
            case_reference=reference,
            client=client,
            actor=actor,
        )
    except SlotTaken as error:
        raise DomainError(_("%(taken)s Your answers are kept.") % {"taken": error.message}, code="taken") from error
    # the form offers no other, but an address can be written by hand; the request is undone with the booking
    service = booking.service
    if service is None or not service.active or not service.is_for(procedure, _chosen(answers)):
        raise DomainError(str(TAKEN), code="taken")
    return _told(booking, notices(booking, "booked"))


def find(reference: str) -> Booked | None:
    """What was booked with a request, while it is not cancelled."""
    rows = Booking.objects.select_related("service", "desk__office").filter(case_reference=reference)
    booking = rows.exclude(state="cancelled").first()
    return _told(booking) if booking else None


def to_come(case_file: CaseFile) -> list[Visit]:
    """What a request booked and is still to come; no statement where its form asks for no appointment."""
    if not any(field.get("type") == FieldType.APPOINTMENT for field in case_file.form.get("fields", ())):
        return []
    return [
        Visit(one.starts_at, one.desk.office.name, bool(one.email), one.phone)
        for one in hours_to_come(case_file.reference)
    ]


def _told(booking: Booking, effects: Sequence[OutboxRow] = ()) -> Booked:
    service, office = booking.service or Service(), booking.desk.office
    return Booked(
        starts_at=booking.starts_at,
        service=(service.name_eu, service.name_es),  # type: ignore[attr-defined]
        office=office.name,
        address=", ".join(filter(None, (office.address, office.postcode))),
        bring=(service.bring_eu or "", service.bring_es or ""),  # type: ignore[attr-defined]
        url=reverse("appointments:mine", args=[token_of(booking)]) if booking.is_to_come else "",
        effects=effects,
    )


def _chosen(answers: Mapping[str, Any]) -> Collection[str]:
    """The answers that are codes of a choice, whatever their question."""
    several = [one for value in answers.values() for one in (value if isinstance(value, list) else [value])]
    return {one for one in several if isinstance(one, str)}


register_hours(Hours(offer, take, find))
register_visits(Visits(to_come, lambda case_file, actor: free_hours(reference=case_file.reference, actor=actor)))

"""The e-mails about an appointment, in the language that she chose, and the file that a calendar reads."""

from datetime import UTC

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from icalendar import Calendar, Event

from core.municipalities.services import find_town
from town_hall.appointments.constants import State
from town_hall.appointments.models import Booking
from town_hall.appointments.tokens import opens, token_of


def send_mail(booking_id: int, what: str, version: int) -> None:
    """Send one e-mail, in the open town; nothing when the appointment has changed since. OSError: try again later."""
    booking = Booking.objects.select_related("service", "desk__office").get(pk=booking_id)
    wanted = State.CANCELLED if what == "cancelled" else State.BOOKED
    if booking.version != version or booking.state != wanted or not booking.email:
        return
    # after a change of the portal's key the link that she has still opens, but can't be made again
    address = own_address(booking) if opens(token_of(booking), booking) else ""
    hall = find_town(booking.municipality_id or 0).municipality
    with translation.override(booking.language):
        context = {"booking": booking, "what": what, "address": address, "hall": hall.hall}
        subject = " ".join(render_to_string("appointments/mail_subject.txt", context).split())
        body = render_to_string("appointments/mail.txt", context)
        attached = calendar_file(booking)
    message_id = {"Message-ID": f"<{what}-{version}-{_uid(booking)}>"}  # sent twice, it arrives once
    message = EmailMessage(subject, body, to=[booking.email], headers=message_id)
    message.extra_headers["Content-Language"] = booking.language
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.attach("appointment.ics", attached, "text/calendar")
    message.send()


def own_address(booking: Booking) -> str:
    """The secret link, on the town's own site and in her language."""
    town = find_town(booking.municipality_id or 0)
    base = f"https://{town.hosts[0]}" if town.hosts else f"{settings.BASE_URL}/{town.municipality.slug}"
    return f"{base}/{booking.language}/appointments/mine/{token_of(booking)}/"


def calendar_file(booking: Booking) -> str:
    """RFC 5545, in the reader's language. The secret link is not in it: calendars are shared."""
    hall = find_town(booking.municipality_id or 0).municipality.hall
    office, over = booking.desk.office, booking.state == State.CANCELLED
    event = Event()
    event.add("uid", _uid(booking))
    event.add("sequence", booking.version + over)
    event.add("dtstamp", timezone.now().astimezone(UTC))
    event.add("dtstart", booking.starts_at.astimezone(UTC))
    event.add("dtend", booking.ends_at.astimezone(UTC))
    event.add("summary", f"{booking.service} – {hall}")
    event.add("location", f"{office.name}, {office.address} {office.postcode}".strip())
    event.add("description", booking.service.bring if booking.service else "")
    event.add("status", "CANCELLED" if over else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//BiscayTIK//appointments//EU")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if over else "PUBLISH")
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _uid(booking: Booking) -> str:
    """Always the same, so that a calendar moves the event instead of adding another."""
    host = settings.BASE_URL.split("//")[-1].split("/")[0].split(":")[0]
    return f"appointment-{booking.municipality_id}-{booking.pk}@{host}"

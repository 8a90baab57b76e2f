"""Which e-mails an appointment causes, and when."""

from datetime import datetime, timedelta

from django.utils import timezone

from core.municipalities.services.terms import MADRID
from core.notifications.models import OutboxRow
from core.notifications.services import put
from town_hall.appointments.models import Booking

KIND = "appointments.email"


def notices(booking: Booking, what: str) -> list[OutboxRow]:
    """The e-mail that says what was done, and the reminder of the day before while there is still such a day."""
    if not booking.email:
        return []
    rows = [_row(booking, what)]
    day_before = _day_before(booking.starts_at)
    if what != "cancelled" and day_before > timezone.now():
        rows.append(_row(booking, "reminder", not_before=day_before))
    return rows


def _row(booking: Booking, what: str, not_before: datetime | None = None) -> OutboxRow:
    payload = {"booking": booking.pk, "what": what, "version": booking.version}
    return put(KIND, key=f"appointment:{booking.pk}:{booking.version}:{what}", payload=payload, not_before=not_before)


def _day_before(starts_at: datetime) -> datetime:
    """At the same hour of the clock, also when the clocks change in between."""
    local = starts_at.astimezone(MADRID)
    return datetime.combine(local.date() - timedelta(days=1), local.time(), MADRID)

"""Personal data go when their day has come; when somebody came and for what stays, for the figures."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from core.audit.services import SYSTEM, record
from town_hall.appointments.models import Booking
from town_hall.appointments.tokens import give_token

AT_ONCE = 1000


@transaction.atomic
def forget_due(today: date) -> int:
    """Erase who came, in the open town, where the day of it has passed; how many. Their links open nothing more."""
    due = Booking.objects.select_for_update(of=("self",)).filter(forgotten_at=None, forget_on__lte=today)[:AT_ONCE]
    rows = list(due)
    for row in rows:
        row.person, row.forgotten_at = None, timezone.now()
        row.name = row.email = row.phone = row.note = row.case_reference = ""
        give_token(row)
    fields = ["person", "forgotten_at", "name", "email", "phone", "note", "case_reference", "nonce", "token_hash"]
    Booking.objects.bulk_update(rows, fields)
    if rows:
        record("appointments.forgotten", actor=SYSTEM, data={"erased": len(rows)})
    return len(rows)

"""What the appointments' audit rows say."""

from django.utils.translation import gettext as _

from core.audit.models import AuditRow
from core.audit.services import register_sentences


def _moved(row: AuditRow) -> str:
    return _("Moved an appointment from %(before)s to %(after)s") % {
        "before": row.data.get("from", ""),
        "after": row.object_ref,
    }


register_sentences(
    appointments__booked=lambda row: _("Booked an appointment"),
    appointments__moved=_moved,
    appointments__cancelled=lambda row: _("Cancelled an appointment"),
    appointments__arrived=lambda row: _("Noted that the person of an appointment has arrived"),
    appointments__called=lambda row: _("Called the person of an appointment"),
    appointments__attended=lambda row: _("Attended the person of an appointment"),
    appointments__no_show=lambda row: _("Noted that nobody came to an appointment"),
    appointments__blocked=lambda row: _("Blocked a desk's time"),
    appointments__unblocked=lambda row: _("Gave back a desk's blocked time"),
    appointments__listed=lambda row: _("Looked at the appointments of a day"),
    appointments__read=lambda row: _("Looked at an appointment"),
    appointments__forgotten=lambda row: _("Erased the personal data of past appointments"),
)

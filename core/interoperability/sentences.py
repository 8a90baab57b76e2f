"""What the audit's codes of this room say to a reader."""

from django.utils.translation import gettext_lazy as _

from core.audit.models import AuditRow
from core.audit.services import register_sentences

from .constants import all_kinds


def _what(row: AuditRow) -> str:
    kind = all_kinds().get(str(row.data.get("kind") or row.object_ref))
    return str(kind) if kind else row.object_ref


register_sentences(
    interoperability__read=lambda row: (
        _("Data looked up for a case file: %(what)s. %(reason)s") % {"what": _what(row), "reason": row.reason}
    ),
    interoperability__objected=_("A look-up was not made, because the person objects to it"),
    interoperability__objection_kept=lambda row: (
        _("An objection to look-ups was written down: %(what)s") % {"what": _what(row) or _("everything")}
    ),
    interoperability__consented=lambda row: _("Consent was given to look this up: %(what)s") % {"what": _what(row)},
    interoperability__consent_withdrawn=lambda row: (
        _("The consent to look this up was taken back: %(what)s") % {"what": _what(row)}
    ),
    interoperability__objection_ended=_("An objection to look-ups was taken back"),
)

"""What the census's audit rows say."""

from django.utils.translation import gettext_lazy as _

from core.audit.models import AuditRow
from core.audit.services import register_sentences


def _with_reason(sentence: str, row: AuditRow) -> str:
    return f"{sentence} {_('Reason:')} {row.reason}" if row.reason else sentence


register_sentences(
    census__entered=_("Registered in the census"),
    census__moved=_("Changed the address in the census"),
    census__removed=_("Removed from the census"),
    census__dwelling_added=_("Added a dwelling to the census"),
    census__move_confirmed=_("Settled the address and the people of a move"),
    census__data_changed=_("Changed personal data in the census"),
    census__stayed=_("Renewed or confirmed the registration in the census"),
    census__certified=_("Issued a census certificate"),
    census__counted=_("Counted the population for a request"),
    census__slip_issued=_("Issued a census slip"),
    census__read=lambda row: _with_reason(str(_("Looked at the census data.")), row),
    census__searched=lambda row: _with_reason(str(_("Searched the census.")), row),
    census__imported=_("Imported a file of inhabitants"),
    census__exported=_("Wrote the month's file for the INE"),
)

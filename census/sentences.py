"""What the census's audit rows say."""

from django.utils.translation import gettext as _

from core.audit.models import AuditRow
from core.audit.services import register_sentences


def _with_reason(sentence: str, row: AuditRow) -> str:
    return f"{sentence} {_('Reason:')} {row.reason}" if row.reason else sentence


register_sentences(
    census__entered=lambda row: _("Registered in the census"),
    census__moved=lambda row: _("Changed the address in the census"),
    census__removed=lambda row: _("Removed from the census"),
    census__dwelling_added=lambda row: _("Added a dwelling to the census"),
    census__move_confirmed=lambda row: _("Settled the address and the people of a move"),
    census__data_changed=lambda row: _("Changed personal data in the census"),
    census__stayed=lambda row: _("Renewed or confirmed the registration in the census"),
    census__certified=lambda row: _("Issued a census certificate"),
    census__counted=lambda row: _("Counted the population for a request"),
    census__slip_issued=lambda row: _("Issued a census slip"),
    census__read=lambda row: _with_reason(_("Looked at the census data."), row),
    census__searched=lambda row: _with_reason(_("Searched the census."), row),
    census__imported=lambda row: _("Imported a file of inhabitants"),
    census__exported=lambda row: _("Wrote the month's file for the INE"),
)

"""What the audit's codes of this room say to a reader."""

from typing import Any

from django.utils.translation import gettext as _

from core.audit.services import register_sentences

from .services import euros


def _words(row: Any) -> dict[str, str]:
    return {
        "who": row.actor_name,
        "what": row.object_ref,
        "amount": euros(int(row.data.get("cents") or 0)),
        "order": str(row.data.get("order", "")),
        "reason": row.reason,
    }


register_sentences(
    payments__charged=lambda row: _("It was charged: %(amount)s, %(what)s") % _words(row),
    payments__cancelled=lambda row: _("%(who)s cancelled the charge %(what)s: %(reason)s") % _words(row),
    payments__handed_over=lambda row: _("The charge %(what)s is another person's to pay now") % _words(row),
    payments__begun=lambda row: _("%(who)s began to pay %(what)s (order %(order)s)") % _words(row),
    payments__paid=lambda row: _("%(amount)s were paid: %(what)s (order %(order)s)") % _words(row),
    payments__refused=lambda row: _("The payment with the order %(order)s did not go through: %(what)s") % _words(row),
    payments__paid_again=lambda row: (
        _("%(amount)s that nobody owed were paid and go back: %(what)s (order %(order)s)") % _words(row)
    ),
    payments__mismatched=lambda row: (
        _("The bank speaks of another amount than was asked for: %(what)s (order %(order)s)") % _words(row)
    ),
    payments__set_aside=lambda row: (
        _("%(who)s set aside a payment of %(amount)s, which is not that of %(what)s: %(reason)s") % _words(row)
    ),
    payments__not_believed=lambda row: (
        _("A notification of payment was not believed: %(what)s (%(reason)s)") % _words(row)
    ),
    payments__refund_asked=lambda row: _("%(who)s asked to refund %(amount)s of %(what)s: %(reason)s") % _words(row),
    payments__refund_sent=lambda row: _("%(amount)s of %(what)s are on their way back") % _words(row),
    payments__refunded=lambda row: _("%(amount)s of %(what)s were refunded") % _words(row),
    payments__refund_refused=lambda row: _("The bank refused to refund %(amount)s of %(what)s") % _words(row),
    payments__file_read=lambda row: _("%(who)s read the bank's file %(what)s") % _words(row),
    payments__tariff_copied=lambda row: _("%(who)s made the tariff %(what)s the town's own") % _words(row),
    payments__method_kept=lambda row: _("%(who)s set up the way to pay %(what)s") % _words(row),
)

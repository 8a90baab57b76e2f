"""What the audit's codes of this room say to a reader."""

from typing import Any

from django.utils.translation import gettext as _

from core.audit.services import register_sentences

from .constants import Method


def _words(row: Any) -> dict[str, str]:
    method = row.data.get("method", "")
    way = str(Method(method).label) if method in Method.values else ""
    return {"who": row.actor_name, "what": row.object_ref, "way": way, "reason": row.reason}


register_sentences(
    signing__asked=lambda row: _("%(who)s asked for a signature: %(what)s") % _words(row),
    signing__cancelled=lambda row: (
        _("%(who)s does not ask for the signature any more: %(what)s (%(reason)s)") % _words(row)
    ),
    signing__declined=lambda row: _("%(who)s declined to sign: %(what)s (%(reason)s)") % _words(row),
    signing__begun=lambda row: _("%(who)s began to sign: %(what)s (%(way)s)") % _words(row),
    signing__failed=lambda row: _("A signature failed: %(what)s (%(way)s; %(reason)s)") % _words(row),
    signing__signed=lambda row: _("%(who)s signed: %(what)s (%(way)s)") % _words(row),
)

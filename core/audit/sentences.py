"""What the audit's own codes say to a reader."""

from django.apps import apps
from django.utils.translation import gettext as _

from .models import AuditRow
from .services import register_sentences


def _what(row: AuditRow) -> dict[str, str]:
    kind = apps.get_model(row.object_type)._meta.verbose_name if row.object_type else ""
    return {"who": row.actor_name, "kind": str(kind), "what": row.object_ref}


register_sentences(
    admin__added=lambda row: _("%(who)s added: %(kind)s “%(what)s”") % _what(row),
    admin__changed=lambda row: _("%(who)s changed: %(kind)s “%(what)s”") % _what(row),
    admin__deleted=lambda row: _("%(who)s deleted: %(kind)s “%(what)s”") % _what(row),
    audit__province_door=lambda row: _("Work over all town halls: %(reason)s") % {"reason": row.reason},
)

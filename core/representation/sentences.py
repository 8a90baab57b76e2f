"""What the codes of representation say to a reader."""

from django.utils.translation import gettext as _

from core.audit.services import register_sentences

register_sentences(
    representation__granted=lambda row: (
        _("%(who)s registered the power %(what)s") % {"who": row.actor_name, "what": row.object_ref}
    ),
    representation__named=lambda row: (
        _("%(who)s named a representative: power %(what)s") % {"who": row.actor_name, "what": row.object_ref}
    ),
    representation__accepted=lambda row: (
        _("%(who)s accepted the power %(what)s") % {"who": row.actor_name, "what": row.object_ref}
    ),
    representation__refused=lambda row: (
        _("%(who)s did not accept the power %(what)s") % {"who": row.actor_name, "what": row.object_ref}
    ),
    representation__renounced=lambda row: (
        _("%(who)s gave up the power %(what)s") % {"who": row.actor_name, "what": row.object_ref}
    ),
    representation__revoked=lambda row: (
        _("%(who)s revoked the power %(what)s") % {"who": row.actor_name, "what": row.object_ref}
    ),
)

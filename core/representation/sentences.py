"""What the codes of representation say to a reader."""

from django.utils.translation import gettext_lazy as _

from core.audit.services import register_sentences

register_sentences(
    representation__granted=_("%(who)s registered the power %(what)s"),
    representation__named=_("%(who)s named a representative: power %(what)s"),
    representation__accepted=_("%(who)s accepted the power %(what)s"),
    representation__refused=_("%(who)s did not accept the power %(what)s"),
    representation__renounced=_("%(who)s gave up the power %(what)s"),
    representation__expired=_("The power %(what)s has passed its last day"),
    representation__revoked=_("%(who)s revoked the power %(what)s"),
)

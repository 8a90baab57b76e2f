"""What the territory's audit codes say to a reader."""

from django.utils.translation import gettext_lazy as _

from core.audit.services import register_sentences

register_sentences(territory__streets_loaded=_("Loaded the street index"))

"""What the territory's audit codes say to a reader."""

from django.utils.translation import gettext as _

from core.audit.services import register_sentences

register_sentences(territory__streets_loaded=lambda row: _("Loaded the street index"))

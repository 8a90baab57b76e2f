"""What the project's own audit codes say to a reader."""

from django.utils.translation import gettext_lazy as _

from core.audit.services import register_sentences

register_sentences(demo__loaded=_("Loaded the demo county"))

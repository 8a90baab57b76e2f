from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from core.audit.services import register_sentences

        register_sentences(
            portal__look_changed=_("%(who)s changed the look of the site"),
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from django.utils.translation import gettext

        from core.audit.services import register_sentences

        register_sentences(
            portal__look_changed=lambda row: gettext("%(who)s changed the look of the site") % {"who": row.actor_name},
        )

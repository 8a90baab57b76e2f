from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("Registry")

    def ready(self) -> None:
        from core.audit.services import register_sentences

        register_sentences(
            registry__registered=_("Entered in the registry: %(number)s"),
            registry__corrected=_("Entry %(number)s corrected: %(reason)s"),
            registry__annulled=_("Entry %(number)s annulled: %(reason)s"),
            registry__entry__read=_("%(who)s read entry %(number)s"),
            registry__searched=_("Day book searched: %(reason)s"),
            registry__exported=_("Day book exported: %(reason)s"),
            registry__verified=_("Book %(number)s verified: %(reason)s"),
        )

from django.apps import AppConfig
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("Registry")

    def ready(self) -> None:
        from core.audit.services import register_sentences

        register_sentences(
            registry__registered=lambda row: (
                gettext("Entered in the registry: %(number)s") % {"number": row.object_ref}
            ),
            registry__corrected=lambda row: (
                gettext("Entry %(number)s corrected: %(reason)s") % {"number": row.object_ref, "reason": row.reason}
            ),
            registry__annulled=lambda row: (
                gettext("Entry %(number)s annulled: %(reason)s") % {"number": row.object_ref, "reason": row.reason}
            ),
            registry__entry__read=lambda row: (
                gettext("%(who)s read entry %(number)s") % {"who": row.actor_name, "number": row.object_ref}
            ),
            registry__searched=lambda row: gettext("Day book searched: %(reason)s") % {"reason": row.reason},
            registry__exported=lambda row: gettext("Day book exported: %(reason)s") % {"reason": row.reason},
            registry__verified=lambda row: (
                gettext("Book %(number)s verified: %(reason)s") % {"number": row.object_ref, "reason": row.reason}
            ),
        )

from django.apps import AppConfig
from django.utils.translation import gettext as _


class RegistryConfig(AppConfig):
    name = "registry"

    def ready(self) -> None:
        from core.audit.services import register_sentences

        register_sentences(
            registry__registered=lambda row: _("Entered in the registry: %(number)s") % {"number": row.object_ref},
            registry__corrected=lambda row: (
                _("Entry %(number)s corrected: %(reason)s") % {"number": row.object_ref, "reason": row.reason}
            ),
            registry__annulled=lambda row: (
                _("Entry %(number)s annulled: %(reason)s") % {"number": row.object_ref, "reason": row.reason}
            ),
            registry__viewed=lambda row: _("Entry %(number)s read by a clerk") % {"number": row.object_ref},
            registry__searched=lambda row: _("Day book searched: %(reason)s") % {"reason": row.reason},
            registry__exported=lambda row: _("Day book exported: %(reason)s") % {"reason": row.reason},
            registry__verified=lambda row: (
                _("Book %(number)s verified: %(reason)s") % {"number": row.object_ref, "reason": row.reason}
            ),
        )

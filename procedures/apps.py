from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "procedures"

    def ready(self) -> None:
        from django.utils.translation import gettext

        from core.audit.services import register_sentences

        from .handlers import connect

        connect()
        register_sentences(
            procedures__published=lambda row: gettext("Changed the procedure %(what)s") % {"what": row.object_ref},
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseFilesConfig(AppConfig):
    name = "case_files"
    verbose_name = _("Case files")

    def ready(self) -> None:
        from core.audit.services import register_sentences
        from core.documents.rights import on_document_read
        from core.identity.services import on_persons_merged
        from core.notifications.services import register_effect
        from core.representation.services import on_power_ended
        from registry.services import on_books_read

        from .history import AUDIT_SENTENCES
        from .rights import hidden_references, subjects_of
        from .services import end_representation, fees, follow_person, joining, looking_up, signing

        fees.connect()
        looking_up.connect()
        signing.connect()
        register_effect("case_files.ask_to_join")(joining.send_invitations)

        register_sentences(**AUDIT_SENTENCES)
        on_persons_merged(follow_person)
        on_power_ended(end_representation)
        on_document_read(subjects_of)
        on_books_read(hidden_references)

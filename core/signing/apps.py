from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    name = "core.signing"
    verbose_name = _("Signatures")

    def ready(self) -> None:
        from core.identity.services import on_persons_merged

        from . import checks, sentences  # noqa: F401
        from .services import follow_person

        on_persons_merged(follow_person)

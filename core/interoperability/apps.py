from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InteroperabilityConfig(AppConfig):
    name = "core.interoperability"
    verbose_name = _("Data look-ups")

    def ready(self) -> None:
        from core.identity.services import on_persons_merged

        from . import checks, own, sentences  # noqa: F401
        from .services import follow_person

        on_persons_merged(follow_person)

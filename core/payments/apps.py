from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "core.payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from core.identity.services import on_persons_merged

        from . import checks, sentences  # noqa: F401
        from .services import follow_person

        on_persons_merged(follow_person)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "core.identity"
    verbose_name = _("Clerks and roles")

    def ready(self) -> None:
        from . import checks, sentences  # noqa: F401

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoryConfig(AppConfig):
    name = "core.territory"
    verbose_name = _("Streets")

    def ready(self) -> None:
        from . import sentences  # noqa: F401

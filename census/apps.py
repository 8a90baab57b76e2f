from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CensusConfig(AppConfig):
    name = "census"
    verbose_name = _("Census")

    def ready(self) -> None:
        for module in ("automatic", "steps", "links", "sentences", "merging", "answers", "known"):
            import_module(f"census.{module}")

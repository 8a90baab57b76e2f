from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RepresentationConfig(AppConfig):
    name = "core.representation"
    verbose_name = _("Representation")

    def ready(self) -> None:
        from . import sentences  # noqa: F401

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "core.territory"

    def ready(self) -> None:
        from . import sentences  # noqa: F401

from importlib import import_module

from django.apps import AppConfig


class CensusConfig(AppConfig):
    name = "census"

    def ready(self) -> None:
        for module in ("automatic", "steps", "sentences", "merging"):
            import_module(f"census.{module}")

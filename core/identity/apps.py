from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "core.identity"

    def ready(self) -> None:
        from . import checks, sentences  # noqa: F401

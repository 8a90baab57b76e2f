from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "core.documents"

    def ready(self) -> None:
        from . import sentences  # noqa: F401

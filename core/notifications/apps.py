from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "core.notifications"

    def ready(self) -> None:
        from . import sentences  # noqa: F401
        from .handlers import connect

        connect()

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "core.notifications"

    def ready(self) -> None:
        from .handlers import connect

        connect()

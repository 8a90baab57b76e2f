from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "core.notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from . import sentences  # noqa: F401
        from .handlers import connect

        connect()

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentsConfig(AppConfig):
    name = "town_hall.appointments"
    verbose_name = _("Appointments")

    def ready(self) -> None:
        for module in ("handlers", "requests", "sentences"):
            import_module(f"town_hall.appointments.{module}")

from django.apps import AppConfig
from django.db.models.signals import pre_migrate
from django.utils.translation import gettext_lazy as _


class MunicipalitiesConfig(AppConfig):
    name = "core.municipalities"
    verbose_name = _("Town hall")

    def ready(self) -> None:
        from . import checks, dates, roles  # noqa: F401

        dates.decline_years()

        # privileges belong to the moment before tables are made; no business flow hangs on this signal
        pre_migrate.connect(roles.grant_defaults, sender=self)

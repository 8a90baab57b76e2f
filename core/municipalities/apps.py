from django.apps import AppConfig
from django.db.models.signals import pre_migrate


class MunicipalitiesConfig(AppConfig):
    name = "core.municipalities"

    def ready(self) -> None:
        from . import checks, roles  # noqa: F401

        # privileges belong to the moment before tables are made; no business flow hangs on this signal
        pre_migrate.connect(roles.grant_defaults, sender=self)

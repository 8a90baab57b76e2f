from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class BiscayAdminConfig(AdminConfig):
    default_site = "biscaytik.admin_site.BiscayAdminSite"


class BiscaytikConfig(AppConfig):
    name = "biscaytik"

    def ready(self) -> None:
        from biscaytik import checks, sentences  # noqa: F401  registers them

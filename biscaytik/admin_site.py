"""The clerks' site: Django's admin, in which the rooms' staff pages live too."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import include, path
from django.utils.translation import gettext_lazy as _


class BiscayAdminSite(AdminSite):
    site_header = site_title = _("Town hall")
    index_title = _("The day's work")

    def has_permission(self, request: HttpRequest) -> bool:
        """Only a clerk of the open town, with a second factor in this session, comes in."""
        actor = getattr(request, "actor", None)
        return bool(actor and actor.is_clerk)

    def get_urls(self) -> list[Any]:
        wrap: Callable[..., Any] = self.admin_view
        staff = [
            path("", include((_wrapped("case_files.staff_urls", wrap), "case_files_staff"))),
            path("", include((_wrapped("registry.staff_urls", wrap), "registry_staff"))),
            path("", include((_wrapped("census.staff_urls", wrap), "census_staff"))),
            path("", include((_wrapped("core.identity.staff_urls", wrap), "identity_staff"))),
        ]
        return [*staff, *super().get_urls()]


def _wrapped(module: str, wrap: Callable[..., Any]) -> list[Any]:
    """The room's staff pages, each behind the admin's own permission check."""
    from importlib import import_module

    patterns = import_module(module).urlpatterns
    for pattern in patterns:
        if not getattr(pattern, "_wrapped_for_admin", False):
            pattern.callback = wrap(pattern.callback)
            pattern._wrapped_for_admin = True
    return patterns

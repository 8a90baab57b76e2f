"""The clerks' site: Django's admin, in which the rooms' staff pages live too."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _

from core.identity.constants import Role
from core.municipalities.admin import AuditedAdmin
from core.municipalities.constants import Module
from town_hall.appointments.rights import DESK as APPOINTMENTS

# the rooms' desks in the menu, six of them seen and the others behind “More”, so what is used most stands first:
# name, page, the module that a town must have taken up, the roles that work there
ANY_ROLE = (Role.REGISTRAR, Role.HANDLER, Role.CENSUS_OFFICER, Role.SIGNATORY, Role.TOWN_ADMINISTRATOR)
DESKS = (
    (_("Tasks"), "admin:case_files_staff:inbox", (), Module.CASE_FILES, ANY_ROLE),
    (_("Registry"), "admin:registry_staff:day_book", (), Module.REGISTRY, (Role.REGISTRAR, Role.HANDLER)),
    (_("Register at the desk"), "admin:registry_staff:desk", ("E",), Module.REGISTRY, (Role.REGISTRAR,)),
    (_("File for somebody"), "admin:procedures_staff:filing", (), Module.PROCEDURES, (Role.REGISTRAR,)),
    (_("Padron"), "admin:census_staff:search", (), Module.CENSUS, (Role.CENSUS_OFFICER,)),
    (_("Appointments"), "admin:appointments_staff:day", (), Module.APPOINTMENTS, APPOINTMENTS),
    (_("Register a power"), "admin:representation_staff:new", (), None, (Role.REGISTRAR,)),
    (_("Forms"), "admin:procedures_staff:forms", (), None, (Role.TOWN_ADMINISTRATOR, Role.OPERATOR)),
    (
        _("Steps of the procedures"),
        "admin:procedures_staff:workflows",
        (),
        Module.CASE_FILES,
        (Role.TOWN_ADMINISTRATOR,),
    ),
    (_("Identify a person"), "admin:identity_staff:desk", (), None, (Role.REGISTRAR, Role.CENSUS_OFFICER)),
)


class BiscayAdminSite(AdminSite):
    site_header = site_title = _("Town hall")
    index_title = _("The day's work")

    def has_permission(self, request: HttpRequest) -> bool:
        """Only a clerk of the open town, with a second factor in this session, comes in."""
        actor = getattr(request, "actor", None)
        return bool(actor and actor.is_clerk)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """The pages of packages know neither towns nor the audit: they stay out."""
        if admin_class and issubclass(admin_class, AuditedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"desks": _desks(request)}

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Django's own log knows no towns; nothing is written to it."""
        from django.contrib.admin.models import LogEntry

        return LogEntry.objects.none()

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Whoever is not a clerk in this session yet is led to what is missing."""
        return HttpResponseRedirect(f"{reverse('identity:staff_door')}?{request.GET.urlencode()}")

    def get_urls(self) -> list[Any]:
        wrap: Callable[..., Any] = self.admin_view
        staff = [
            path("", include((_wrapped("case_files.staff_urls", wrap), "case_files_staff"))),
            path("", include((_wrapped("registry.staff_urls", wrap), "registry_staff"))),
            path("", include((_wrapped("census.staff_urls", wrap), "census_staff"))),
            path("", include((_wrapped("town_hall.appointments.staff_urls", wrap), "appointments_staff"))),
            path("", include((_wrapped("core.identity.staff_urls", wrap), "identity_staff"))),
            path("", include((_wrapped("procedures.staff_urls", wrap), "procedures_staff"))),
            path("", include((_wrapped("core.representation.staff_urls", wrap), "representation_staff"))),
            path("", include((_wrapped("core.payments.staff_urls", wrap), "payments_staff"))),
            path("", include((_wrapped("core.documents.staff_urls", wrap), "documents_staff"))),
        ]
        return [*staff, *super().get_urls()]


def _desks(request: Any) -> list[dict[str, Any]]:
    """The menu of this clerk in this town; empty for whoever is no clerk."""
    actor, modules = getattr(request, "actor", None), request.town.modules if getattr(request, "town", None) else ()
    if not actor or not actor.is_clerk:
        return []
    return [
        {"name": name, "url": (url := reverse(page, args=args)), "current": request.path == url}
        for name, page, args, module, roles in DESKS
        if (module is None or module in modules) and not actor.roles.isdisjoint(roles)
    ]


def _wrapped(module: str, wrap: Callable[..., Any]) -> list[Any]:
    """The room's staff pages, each behind the admin's own permission check."""
    from importlib import import_module

    patterns = import_module(module).urlpatterns
    for pattern in patterns:
        if not getattr(pattern, "_wrapped_for_admin", False):
            pattern.callback = wrap(pattern.callback)
            pattern._wrapped_for_admin = True
    return patterns

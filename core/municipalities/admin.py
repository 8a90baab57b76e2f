"""The bases of every room's ModelAdmin, and the pages on which a town says who it is."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from .constraints import RevokedRights
from .models import DayOff, Domain, ModuleAdoption, Office, OpeningHours, Unit
from .scope import current

# the audit room stands above this one, so it hangs its record of what was written in the admin in here:
# (request, "added" | "changed" | "deleted", object, what Django says changed)
written_hooks: list[Callable[[Any, str, models.Model, Any], None]] = []


def _is_of_a_town(model: type[models.Model]) -> bool:
    try:
        model._meta.get_field("municipality")
    except FieldDoesNotExist:
        return False
    return True


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Writes to the audit, where Django's own log would show one town's names to another."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never for what the application may not delete, whoever asks."""
        kept = any(isinstance(c, RevokedRights) and "DELETE" in c.rights for c in self.model._meta.constraints)
        return not kept and super().has_delete_permission(request, obj)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._written(request, "added", [obj], message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._written(request, "changed", [obj], message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        self._written(request, "deleted", queryset, "")

    def _written(self, request: HttpRequest, what: str, objects: Iterable[Any], message: Any) -> None:
        for obj in objects:
            for hook in written_hooks:
                hook(request, what, obj, message)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The audit's rows about this object."""
        about = urlencode({"object_type": self.model._meta.label_lower, "object_id": object_id})
        return HttpResponseRedirect(f"{reverse('admin:audit_auditrow_changelist')}?{about}")


class TownAdmin(AuditedAdmin):
    """For rows of the open town: nobody else's are listed, opened, pointed at or written."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).filter(municipality_id=current().municipality)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """A choice among the town's own rows."""
        target = db_field.related_model
        if "queryset" not in kwargs and _is_of_a_town(target):
            kwargs["queryset"] = target._default_manager.filter(municipality_id=current().municipality)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.municipality_id = current().municipality
        super().save_model(request, obj, form, change)


class OpeningHoursInline(admin.TabularInline):  # type: ignore[type-arg]
    model = OpeningHours
    extra = 0


@admin.register(Office)
class OfficeAdmin(TownAdmin):
    list_display = ("name", "address", "phone", "is_main")
    fields = ("name_eu", "name_es", "name_en", "address", "postcode", "phone", "email", "dir3", "is_main")
    inlines = (OpeningHoursInline,)


@admin.register(Unit)
class UnitAdmin(TownAdmin):
    list_display = ("name", "code", "parent", "is_default", "active")
    fields = (
        "name_eu", "name_es", "name_en", "code", "parent", "dir3", "email", "handles", "is_default", "active",
    )  # fmt: skip


@admin.register(DayOff)
class DayOffAdmin(TownAdmin):
    list_display = ("day", "name")
    fields = ("day", "name_eu", "name_es", "name_en")


@admin.register(ModuleAdoption)
class ModuleAdoptionAdmin(TownAdmin):
    list_display = ("module", "since", "until")
    fields = ("module", "since", "until")


@admin.register(Domain)
class DomainAdmin(TownAdmin):
    list_display = ("host",)
    fields = ("host",)

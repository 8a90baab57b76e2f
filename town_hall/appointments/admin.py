"""The town's administrator says what is given by appointment, where and when."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.municipalities.admin import TownAdmin
from core.municipalities.models import open_municipality

from .models import Desk, DeskException, DeskHours, DeskService, Rules, Service


class DeskHoursInline(admin.TabularInline):  # type: ignore[type-arg]
    model = DeskHours
    fields = ("weekday", "opens", "closes", "valid_from", "valid_to")
    extra = 0


class DeskServiceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = DeskService
    fields = ("service",)
    extra = 0

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Services are public, so every town's would be offered."""
        if db_field.name == "service":
            kwargs["queryset"] = Service.objects.filter(municipality=open_municipality())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Service)
class ServiceAdmin(TownAdmin):
    list_display = ("name", "minutes", "days_ahead", "active")
    fields = (
        "name_eu", "name_es", "name_en", "bring_eu", "bring_es", "bring_en", "minutes", "procedure_codes", "days_ahead",
        "notice_hours", "per_person", "per_person_day", "per_day", "position", "active",
    )  # fmt: skip


@admin.register(Desk)
class DeskAdmin(TownAdmin):
    list_display = ("name", "office", "active")
    list_select_related = ("office",)
    fields = ("office", "name_eu", "name_es", "name_en", "active")
    inlines = (DeskServiceInline, DeskHoursInline)


@admin.register(DeskException)
class DeskExceptionAdmin(TownAdmin):
    list_display = ("starts_on", "ends_on", "kind", "desk", "opens", "closes", "reason")
    list_select_related = ("desk",)
    list_filter = ("kind",)
    fields = ("desk", "kind", "starts_on", "ends_on", "opens", "closes", "reason")


@admin.register(Rules)
class RulesAdmin(TownAdmin):
    list_display = ("valid_from", "valid_to", "open_per_person", "keep_days")
    fields = ("valid_from", "valid_to", "open_per_person", "keep_days")

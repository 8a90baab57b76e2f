"""What was done in this town hall, for its administrator; nobody changes a line."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.municipalities.admin import TownAdmin
from core.municipalities.services import number_asked

from .models import AuditRow
from .services import explain


@admin.register(AuditRow)
class AuditRowAdmin(TownAdmin):
    fields = list_display = ("at", "sentence", "actor_name", "object_ref", "reason", "channel")
    list_display_links = None
    list_filter = (("at", admin.DateFieldListFilter), "channel")
    ordering = ("-at",)
    show_full_result_count = False
    list_per_page = 50

    @admin.display(description=_("what happened"))
    def sentence(self, row: AuditRow) -> str:
        return explain(row)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """One object's rows, by the index, where its history was asked for."""
        rows = super().get_queryset(request)
        kind, pk = request.GET.get("object_type"), number_asked(request.GET.get("object_id", ""))
        return rows.filter(object_type=kind, object_id=pk) if kind and pk is not None else rows

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        return lookup in ("object_type", "object_id") or super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

"""The town's register, to read: it is written by the verbs."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.municipalities.admin import TownAdmin

from .models import Power


@admin.register(Power)
class PowerAdmin(TownAdmin):
    list_display = ("number", "grantor_name", "agent_name", "scope", "valid_from", "valid_to", "state")
    list_filter = ("state", "basis", "scope")
    search_fields = ("number", "=grantor_identifier", "=agent_identifier")
    fields = (
        *("number", "basis", "scope", "procedures", "grantor_name", "grantor_identifier", "agent_name"),
        *("agent_identifier", "valid_from", "valid_to", "evidence", "proof", "case_reference", "state"),
        *("created_at", "accepted_at", "ended_at", "ended_why", "ended_proof"),
    )
    list_select_related = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

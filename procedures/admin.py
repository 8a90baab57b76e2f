"""The catalogue for the operator of the province; what a town makes of it for its administrator."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.municipalities.admin import AuditedAdmin, TownAdmin
from core.municipalities.scope import current

from .models import Procedure, SearchMiss, TownList, TownListItem, TownProcedure
from .services import enable_procedures, forget_town_procedures, publish

CHANNELS = [
    ("online", _("on line")),
    ("in_person", _("in person")),
    ("appointment", _("by appointment")),
    ("phone", _("by telephone")),
    ("post", _("by post")),
]


def _in_three(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{language}" for name in names for language in ("eu", "es", "en"))


@admin.register(Procedure)
class ProcedureAdmin(AuditedAdmin):
    list_display = ("code", "name", "family", "identity_level", "automatic", "edited_at")
    list_filter = ("family", "automatic", "identity_level")
    search_fields = ("code", "name_eu", "name_es")
    fields = (
        *("code", "family", "workflow"),
        *_in_three("name", "summary", "who", "need", "next"),
        *("identity_level", "term_value", "term_unit", "silence", "sla_days", "fee", "sia_code", "discreet"),
    )
    readonly_fields = ("code", "family", "workflow")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        publish(procedure=obj, actor=request.actor)


class TownProcedureForm(forms.ModelForm):  # type: ignore[type-arg]
    channels = forms.MultipleChoiceField(
        label=_("channels"), choices=CHANNELS, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = TownProcedure
        fields = ("enabled", "unit", "identity_level", "channels", "provider", "pinned")


@admin.register(TownProcedure)
class TownProcedureAdmin(TownAdmin):
    form = TownProcedureForm
    list_display = ("procedure", "enabled", "unit", "pinned")
    list_editable = ("enabled", "unit", "pinned")
    list_filter = ("enabled", "pinned", "procedure__family")
    list_select_related = ("procedure", "unit")
    search_fields = ("procedure__code", "procedure__name_eu", "procedure__name_es")
    actions = ("switch_all_on",)
    fields = (
        *("procedure", "enabled", "unit", "identity_level", "channels", "provider"),
        *_in_three("notes"),
        "pinned",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("procedure",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget_town_procedures()

    @admin.action(description=_("Switch on what the province has added"))
    def switch_all_on(self, request: HttpRequest, queryset: Any) -> None:
        count = enable_procedures(current().municipality or 0)
        text = ngettext("%(count)s procedure was switched on.", "%(count)s procedures were switched on.", count)
        self.message_user(request, text % {"count": count})


@admin.register(SearchMiss)
class SearchMissAdmin(TownAdmin):
    """What people looked for and did not find: words to be added, or procedures that the town should offer."""

    list_display = ("words", "language", "day", "times")
    list_filter = ("language",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ItemInline(admin.TabularInline):  # type: ignore[type-arg]
    model = TownListItem
    extra = 3
    fields = ("value", *_in_three("label"), "position", "active")


@admin.register(TownList)
class TownListAdmin(TownAdmin):
    """Courses, zones, halls: what forms offer as choices."""

    list_display = ("code", "name")
    fields = ("code", *_in_three("name"))
    inlines = (ItemInline,)

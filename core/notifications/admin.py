"""Effects that failed, and notifications on paper with what came of each attempt."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.municipalities.admin import TownAdmin
from core.municipalities.services import DomainError

from .constants import Channel, DeliveryResult, NotificationState
from .models import DeliveryAttempt, Notification, OutboxRow
from .services import record_delivery, retry


class _ReadOnly(TownAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(OutboxRow)
class OutboxRowAdmin(_ReadOnly):
    """What is under way or failed; what was done is of no interest to anybody."""

    fields = list_display = ("kind", "key", "created_at", "attempts", "not_before", "failed_at", "error")
    list_display_links = None
    list_filter = ("kind", ("failed_at", admin.EmptyFieldListFilter))
    ordering = ("-created_at",)
    show_full_result_count = False
    actions = ("try_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(done_at=None)

    @admin.action(description=_("Try the chosen ones again"), permissions=["view"])
    def try_again(self, request: Any, queryset: QuerySet[OutboxRow]) -> None:
        for row in queryset:
            try:
                retry(row=row, actor=request.actor)
            except DomainError as error:
                messages.error(request, f"{row.key}: {error.message}")


@admin.register(Notification)
class NotificationAdmin(_ReadOnly):
    fields = list_display = (
        "subject_eu",
        "subject_es",
        "person",
        "reference",
        "channel",
        "state",
        "available_at",
        "lapses_on",
    )
    list_display_links = None
    list_filter = ("state", "channel", "legal")
    list_select_related = ("person",)
    ordering = ("-created_at",)
    show_full_result_count = False


class AttemptForm(forms.ModelForm):  # type: ignore[type-arg]
    """The verb's own refusals appear at the field that they are about."""

    actor: Any = None

    class Meta:
        model = DeliveryAttempt
        fields = ("notification", "at", "result", "note")
        field_classes = {"at": forms.SplitDateTimeField}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        try:
            self.instance = record_delivery(
                notification=data["notification"],
                at=data["at"],
                result=DeliveryResult(data["result"]),
                note=data["note"],
                actor=self.actor,
            )
        except DomainError as error:
            self.add_error(error.field if error.field in self.fields else None, str(error.message))
        return data


@admin.register(DeliveryAttempt)
class DeliveryAttemptAdmin(TownAdmin):
    """A clerk writes down an attempt; nothing that was written down changes."""

    list_display = ("at", "notification", "result", "note", "clerk")
    fields = AttemptForm.Meta.fields
    list_display_links = None
    list_select_related = ("notification", "clerk")
    ordering = ("-at",)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, form=AttemptForm, **kwargs)
        return type("AttemptFormOfClerk", (form,), {"actor": request.actor})

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Only what is on paper and still to be delivered can be chosen."""
        if db_field.name == "notification":
            waiting = Notification.objects.filter(channel=Channel.PAPER, state=NotificationState.AVAILABLE)
            kwargs["queryset"] = waiting.order_by("-created_at")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The form has had the verb do it."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

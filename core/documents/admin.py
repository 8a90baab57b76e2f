"""Documents that could not be made, for the clerk who has them tried again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.municipalities.admin import TownAdmin
from core.municipalities.services import DomainError

from .constants import DocumentState
from .models import Document
from .services import retry_document


@admin.register(Document)
class DocumentAdmin(TownAdmin):
    """Those that failed or are being made; the others are found in their case files."""

    fields = list_display = ("title_eu", "title_es", "kind", "state", "created_at", "error")
    list_display_links = None
    list_filter = ("state",)
    ordering = ("-created_at",)
    show_full_result_count = False
    actions = ("try_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        states = (DocumentState.FAILED, DocumentState.PENDING)
        return super().get_queryset(request).filter(state__in=states)

    @admin.action(description=gettext_lazy("Try again to make the chosen documents"), permissions=["view"])
    def try_again(self, request: Any, queryset: QuerySet[Document]) -> None:
        asked = 0
        for document in queryset:
            try:
                retry_document(document=document, actor=request.actor)
                asked += 1
            except DomainError as error:
                messages.error(request, f"{document}: {error.message}")
        messages.success(request, _("%(count)d asked for again.") % {"count": asked})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

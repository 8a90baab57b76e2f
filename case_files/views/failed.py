"""What was decided but could not be made or sent: a clerk sees it and has it tried again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.identity.rights import require
from core.municipalities.services import number_asked
from core.notifications.models import OutboxRow
from core.notifications.services import retry

from .pages import staff_page

KINDS = {
    "documents.render": gettext_lazy("A document could not be made"),
    "notifications.email": gettext_lazy("An e-mail could not be sent"),
}
SHOWN = 100


def failed(request: Any) -> HttpResponse:
    """The list; on POST, one row is tried again at once."""
    require(request.actor)
    rows = OutboxRow.objects.filter(failed_at__isnull=False, done_at=None).order_by("-failed_at")
    if request.method == "POST":
        retry(row=get_object_or_404(rows, pk=number_asked(request.POST.get("row", ""))), actor=request.actor)
        messages.success(request, _("It is being tried again."))
        return HttpResponseRedirect(reverse("admin:case_files_staff:failed"))
    listed = [{"row": row, "what": KINDS.get(row.kind, row.kind), "why": _last_line(row.error)} for row in rows[:SHOWN]]
    context = {"title": _("What could not be made or sent"), "rows": listed}
    return staff_page(request, "case_files/failed.html", context)


def _last_line(error: str) -> str:
    return error.strip().splitlines()[-1] if error.strip() else ""

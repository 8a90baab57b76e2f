"""The citizen's folder: her own rows in every town, and nothing else can be read here (`own_rows_only`)."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from case_files.constants import State
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseParty, CorrectionRequest
from core.audit.models import AuditRow
from core.audit.services import explain
from core.municipalities.middleware import own_rows_only
from core.municipalities.models import Municipality
from core.municipalities.services import find_by_slug, find_town
from core.notifications.constants import NotificationState
from core.notifications.models import Notification
from portal import status
from procedures.constants import DraftState
from procedures.models import Draft

SHOWN = 20


@login_required
def folder(request: Any) -> HttpResponse:
    """What is hers to do first; then what is under way, documents, notifications, and who has read her data."""
    if not request.actor.person_id:
        return render(request, "portal/folder_empty.html")
    files = list(CaseFile.objects.select_related("unit").order_by("-opened_at")[:SHOWN])
    notifications = list(Notification.objects.exclude(state=NotificationState.CREATED).order_by("-created_at")[:SHOWN])
    waiting = [n for n in notifications if n.legal and n.state == NotificationState.AVAILABLE]
    corrections = CorrectionRequest.objects.filter(answered_at=None, lapsed_at=None).select_related("case_file")
    drafts = Draft.objects.filter(state=DraftState.OPEN).select_related("procedure").order_by("-saved_at")[:SHOWN]
    todo = [_todo_correction(row) for row in corrections] + [_todo_notification(row) for row in waiting]
    context = {
        "no_crumbs": True,
        "todo": todo,
        "requests": [request_line(row) for row in files],
        "drafts": [{"draft": draft, "town": town_of(draft)} for draft in drafts],
        "documents": CaseDocument.objects.select_related("document").order_by("-added_at")[:8],
        "notifications": notifications[:8],
        "readings": [{"row": row, "words": explain(row)} for row in AuditRow.objects.order_by("-at")[:5]],
    }
    return render(request, "portal/folder.html", context)


@login_required
def case_file(request: Any, town_slug: str, reference: str) -> HttpResponse:
    """One request: tracker, sentence, what is asked of her, documents, history."""
    town = find_by_slug(town_slug)
    if town is None or not request.actor.person_id:
        raise Http404
    row = get_object_or_404(
        CaseFile.objects.select_related("unit"), municipality=town.municipality, reference=reference
    )
    context = request_line(row) | {
        "events": status.history(list(CaseEvent.objects.filter(case_file=row))),
        "documents": CaseDocument.objects.filter(case_file=row).select_related("document").order_by("added_at"),
        "corrections": CorrectionRequest.objects.filter(case_file=row, answered_at=None, lapsed_at=None),
        "notifications": Notification.objects.filter(municipality=town.municipality, reference=reference).exclude(
            state=NotificationState.CREATED
        ),
        "parties": CaseParty.objects.filter(case_file=row),
    }
    return render(request, "portal/case_file.html", context)


# the door is a mark on the view itself, so it goes outside of what wraps it
folder = own_rows_only(folder)
case_file = own_rows_only(case_file)


def town_of(row: Any) -> Municipality:
    """The town that a row of hers belongs to, from memory."""
    return find_town(row.municipality_id).municipality


def request_line(row: CaseFile) -> dict[str, Any]:
    """A request as a list shows it."""
    word, colour = status.tag(row)
    return {
        "case_file": row,
        "file_town": town_of(row),
        "tracker": status.tracker(row),
        "tag": word,
        "tag_colour": colour,
        "sentence": status.sentence(row),
        "open": row.state in (State.OPEN, State.SUSPENDED),
    }


def _todo_correction(row: CorrectionRequest) -> dict[str, Any]:
    town = town_of(row)
    return {"kind": "correction", "title": row.case_file, "town": town, "until": row.due_on, "case_file": row.case_file}


def _todo_notification(row: Notification) -> dict[str, Any]:
    town = town_of(row)
    return {"kind": "notification", "title": row, "town": town, "until": row.lapses_on, "notification": row}

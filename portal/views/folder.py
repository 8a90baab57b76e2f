"""The citizen's folder: her own rows in every town, and nothing else can be read here (`own_rows_only`)."""

import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from case_files.models import CaseDocument, CaseFile, CaseParty, CorrectionRequest
from case_files.services import history_sentence, my_case_file, my_case_files, my_events, receive_correction, to_do
from core.audit.models import AuditRow
from core.audit.services import Actor, explain
from core.identity.services import actor_of
from core.municipalities.middleware import own_rows_only
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError, find_by_slug
from core.notifications.constants import NotificationState
from core.notifications.models import Notification
from portal import status
from portal.templatetags.portal_ui import text_in_language
from procedures.constants import DraftState
from procedures.models import Draft

SHOWN = 20


class AnswerForm(forms.Form):
    """One answer for each thing that the town hall asks; the key makes a double click one delivery."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, correction: CorrectionRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["key"] = uuid.uuid4()
        for position, item in enumerate(correction.items):
            self.fields[f"answer_{position}"] = forms.CharField(
                label=text_in_language(item), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
            )

    def answers(self) -> dict[str, str]:
        """Position of the item → what she writes, as `receive_correction` takes it."""
        return {name.removeprefix("answer_"): text for name, text in self.cleaned_data.items() if name != "key"}


@login_required
def folder(request: Any) -> HttpResponse:
    """What is hers to do first; then what is under way, documents, notifications, and who has read her data."""
    person = request.actor.person_id
    if not person:
        return render(request, "portal/folder_empty.html")
    drafts = Draft.objects.filter(state=DraftState.OPEN).select_related("procedure").order_by("-saved_at")[:SHOWN]
    notifications = Notification.objects.exclude(state=NotificationState.CREATED).order_by("-created_at")[:8]
    context = {
        "no_crumbs": True,
        "todo": [{"thing": thing, "town": status.town_of(thing)} for thing in to_do(person)],
        "requests": [status.line(row) for row in my_case_files(person, limit=SHOWN)],
        "drafts": [{"draft": draft, "town": status.town_of(draft)} for draft in drafts],
        "documents": CaseDocument.objects.select_related("document").order_by("-added_at")[:8],
        "notifications": notifications,
        "readings": [{"row": row, "words": explain(row)} for row in AuditRow.objects.order_by("-at")[:5]],
    }
    return render(request, "portal/folder.html", context)


@login_required
def case_file(request: Any, town_slug: str, reference: str) -> HttpResponse:
    """One request: tracker, sentence, what is asked of her, documents, history. POST answers what is asked."""
    row = _her_file(request, town_slug, reference)
    correction = CorrectionRequest.objects.filter(case_file=row, answered_at=None, lapsed_at=None).last()
    form = AnswerForm(correction, request.POST or None) if correction else None
    if correction and form and form.is_valid() and _delivered(request, row, form):
        return HttpResponseRedirect(request.path)
    town = status.town_of(row)
    context = status.line(row) | {
        "form": form,
        "correction": correction,
        "events": [{"event": event, "words": history_sentence(event)} for event in my_events(row)],
        "documents": CaseDocument.objects.filter(case_file=row).select_related("document").order_by("added_at"),
        "notifications": Notification.objects.filter(municipality=town, reference=reference).exclude(
            state=NotificationState.CREATED
        ),
        "parties": CaseParty.objects.filter(case_file=row),
    }
    return render(request, "portal/case_file.html", context)


def _her_file(request: Any, town_slug: str, reference: str) -> CaseFile:
    town = find_by_slug(town_slug)
    row = my_case_file(reference) if town and request.actor.person_id else None
    if row is None or town is None or row.municipality_id != town.municipality.pk:
        raise Http404
    return row


def _delivered(request: Any, row: CaseFile, form: AnswerForm) -> bool:
    """Write behind the town's door; what is refused is said beside the question."""
    try:
        with acting_for(row.municipality_id or 0):
            receive_correction(
                case_file=row, data=form.answers(), key=form.cleaned_data["key"].hex, actor=_in_town(request, row)
            )
    except DomainError as error:
        form.add_error("answer_0" if error.field == "answer" else None, str(error.message))
        return False
    messages.success(request, _("We have received your answer. The receipt will be among the documents."))
    return True


def _in_town(request: Any, row: CaseFile) -> Actor:
    """Who she is, acting in the town of the file: her folder is the same in every town."""
    return replace(actor_of(request), municipality_id=row.municipality_id)


# the door is a mark on the view itself, so it goes outside of what wraps it
folder = own_rows_only(folder)
case_file = own_rows_only(case_file)

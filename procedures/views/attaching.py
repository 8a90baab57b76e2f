"""The page of documents: attach and remove files, each checked as it comes."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.documents.services import client_of
from core.municipalities.services import DomainError
from procedures import services
from procedures.catalogue import in_language
from procedures.forms.uploading import DocumentsForm, input_name
from procedures.models import Draft
from procedures.services.completing import missing_documents
from procedures.services.drafts import mark_done
from procedures.steps import DOCUMENTS, Step

from .finding import draft_here, hers, moved_on, step_page, to_step, undone


@hers
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: Any, slug: str) -> HttpResponse:
    """Attach and remove files; each is checked as it comes."""
    draft, journey = draft_here(request, slug, lock=request.method == "POST")
    current = journey.find(DOCUMENTS)
    if moved := moved_on(draft):
        return moved
    if current is None:
        return to_step(draft, undone(draft, journey))
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        if "remove" in request.POST:
            services.remove_attachment(draft=draft, attachment_id=request.POST["remove"], actor=request.actor)
            return redirect("procedures:documents", slug=draft.slug)
        wrong = _attach_all(request, draft, current)
        if "later" in request.POST and not wrong:
            return redirect("procedures:later", slug=draft.slug)
        if "go_on" in request.POST:
            for code in missing_documents(draft, current):
                wrong.setdefault(code, [_("Attach this document to go on.")])
            if not wrong:
                mark_done(draft=draft, step=DOCUMENTS, actor=request.actor)
                return to_step(draft, journey.after(DOCUMENTS))
        elif not wrong:
            return redirect("procedures:documents", slug=draft.slug)
    return step_page(request, draft, journey, current, _documents_form(draft, current, wrong))


def _attach_all(request: Any, draft: Draft, current: Step) -> dict[str, list[str]]:
    """Every file that was sent, under its document; what was wrong, by the document's code."""
    wrong: dict[str, list[str]] = {}
    for slot in current.slots:
        for file in request.FILES.getlist(input_name(slot.code)):
            try:
                services.attach(
                    draft=draft, type_code=slot.code, file=file, client=client_of(request), actor=request.actor
                )
            except DomainError as error:  # raised before anything was written
                wrong.setdefault(slot.code, []).append(str(error.message))
    return wrong


def _documents_form(draft: Draft, current: Step, wrong: dict[str, list[str]]) -> DocumentsForm:
    slots = [
        (slot.code, in_language(slot.names), in_language(slot.hints) if slot.hints.get("eu") else "", slot.required)
        for slot in current.slots
    ]
    form = DocumentsForm(slots, draft.attachments, data={} if wrong else None)
    for code, errors in wrong.items():
        for error in errors:
            name = input_name(code)
            form.add_error(name, _("“%(label)s”: %(error)s") % {"label": form.fields[name].label, "error": error})
    return form

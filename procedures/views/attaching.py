"""The page of documents: attach and remove files, each checked as it comes; what is not brought but looked up."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.documents.models import Document
from core.documents.services import client_of
from core.municipalities.services import DomainError, number_asked
from procedures import services
from procedures.catalogue import in_language
from procedures.forms.uploading import DocumentsForm, input_name, reuse_name
from procedures.models import Draft
from procedures.services.completing import missing_documents
from procedures.services.drafts import mark_done
from procedures.steps import CONSENTS_TO, DOCUMENTS, OBJECTION_REASON, OBJECTS_TO, Journey, Step

from .finding import draft_here, hers, kept_out, moved_on, step_page, to_step, undone

Wrong = dict[str, list[str]]  # input → messages


@hers
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: Any, slug: str) -> HttpResponse:
    """Attach and remove files; each is checked as it comes. `?object`: only to object to what is looked up."""
    draft, journey = draft_here(request, slug, lock=request.method == "POST")
    current = journey.find(DOCUMENTS)
    # what she sends is kept in any case
    if moved := moved_on(draft) if request.method == "POST" else kept_out(request, draft, journey):
        return moved
    if current is None and (journey.objectable or journey.consentable) and "object" in request.GET:
        current = Step(DOCUMENTS)
    if current is None:
        return to_step(draft, undone(draft, journey))
    if request.method != "POST":
        return step_page(request, draft, journey, current, _form(request, draft, journey, current, {}))
    if "remove" in request.POST:
        services.remove_attachment(draft=draft, attachment_id=request.POST["remove"], actor=request.actor)
        return redirect("procedures:documents", slug=draft.slug)
    wrong = _attach_all(request, draft, current)
    asks_more = _object(request, draft, journey, wrong)
    if "later" in request.POST and not wrong:
        return redirect("procedures:later", slug=draft.slug)
    if "go_on" in request.POST and not asks_more:
        current = journey.find(DOCUMENTS) or Step(DOCUMENTS)
        for code in missing_documents(draft, current):
            wrong.setdefault(input_name(code), [_("Attach this document to go on.")])
        if not wrong:
            mark_done(draft=draft, step=DOCUMENTS, actor=request.actor)
            is_step = journey.find(DOCUMENTS) is not None
            return to_step(draft, journey.after(DOCUMENTS) if is_step else undone(draft, journey))
    elif not wrong:
        return redirect("procedures:documents", slug=draft.slug)
    return step_page(request, draft, journey, current, _form(request, draft, journey, current, wrong))


def _attach_all(request: Any, draft: Draft, current: Step) -> Wrong:
    """Every file that was sent or chosen, under its document; what was wrong, by its input."""
    wrong: Wrong = {}
    for slot in current.slots:
        for file in request.FILES.getlist(input_name(slot.code)):
            try:
                with transaction.atomic():
                    services.attach(
                        draft=draft, type_code=slot.code, file=file, client=client_of(request), actor=request.actor
                    )
            except DomainError as error:
                wrong.setdefault(input_name(slot.code), []).append(str(error.message))
        chosen = number_asked(request.POST.get(reuse_name(slot.code), ""))
        if chosen is not None:
            try:
                with transaction.atomic():
                    services.reuse(draft=draft, type_code=slot.code, document_id=chosen, actor=request.actor)
            except DomainError as error:
                wrong.setdefault(input_name(slot.code), []).append(str(error.message))
    return wrong


def _object(request: Any, draft: Draft, journey: Journey, wrong: Wrong) -> bool:
    """Keep her objections and consents, where the page asked for them; whether she now has more to bring."""
    objected = OBJECTION_REASON in request.POST
    if not objected and not journey.consentable:
        return False
    why = journey.objections
    try:
        with transaction.atomic():
            return services.save_objections(
                draft=draft,
                journey=journey,
                codes=request.POST.getlist(OBJECTS_TO) if objected else list(why),
                reason=request.POST[OBJECTION_REASON] if objected else next(iter(why.values()), ""),
                consents=request.POST.getlist(CONSENTS_TO),
                actor=request.actor,
            )
    except DomainError as error:
        wrong[OBJECTION_REASON] = [str(error.message)]
        return False


def _form(request: Any, draft: Draft, journey: Journey, current: Step, wrong: Wrong) -> DocumentsForm:
    slots = [
        (slot.code, in_language(slot.names), in_language(slot.hints) if slot.hints.get("eu") else "", slot.required)
        for slot in current.slots
    ]
    folder: list[Document] = []
    # nobody reads a file by a number she only typed, and a clerk at the desk has no folder here
    if slots and request.actor.proved and request.actor.is_citizen:
        folder = services.my_documents(person_id=request.actor.person_id, municipality_id=draft.municipality_id or 0)
    why = journey.objections
    if DOCUMENTS not in draft.data and request.actor.is_citizen:
        why = services.objected_in_general(journey, request.actor.person_id)
    form = DocumentsForm(
        slots,
        draft.attachments,
        folder=[(one.pk, _in_folder(one)) for one in folder],
        objectable=[(one.code, one.name) for one in journey.objectable],
        consentable=[(one.code, one.name) for one in journey.consentable],
        initial={
            CONSENTS_TO: [one.code for one in journey.consented],
            OBJECTS_TO: list(why),
            OBJECTION_REASON: next(iter(why.values()), ""),
        },
        data=request.POST if wrong else None,
    )
    for name, errors in wrong.items():
        for error in errors:
            form.add_error(name, _("“%(label)s”: %(error)s") % {"label": form.fields[name].label, "error": error})
    return form


def _in_folder(document: Document) -> str:
    title = in_language({"eu": document.title_eu, "es": document.title_es, "en": document.title_es})
    version = max(document.versions.all(), key=lambda one: one.number)
    return f"{title} ({version.file_name}, {document.created_at:%Y-%m-%d})"

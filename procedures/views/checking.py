"""Check the answers, send them, and what came of it."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.documents.constants import DocumentState
from core.documents.models import Document
from core.documents.services import device_of
from core.municipalities.services import DomainError
from core.payments.services import Assessment
from procedures import services
from procedures.catalogue import in_language
from procedures.constants import DraftState, FieldType
from procedures.forms.showing import money
from procedures.hours import find_booked
from procedures.models import Draft
from procedures.services.completing import fill, level_needed, require_level
from procedures.services.fees import fee_of
from procedures.steps import Journey, Step

from . import tokens
from .finding import answered, draft_here, hers, kept_out, known_name, page, progress, step_url, to_step, undone


@hers
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Any, slug: str) -> HttpResponse:
    """Everything on one page, each answer with its link to change it; sending is a POST."""
    draft, journey = draft_here(request, slug, lock=request.method == "POST")
    if request.method == "POST":
        return _send(request, draft, journey)
    if moved := kept_out(request, draft, journey):
        return moved
    if first := undone(draft, journey):
        return to_step(draft, first)
    offer = services.find_town_procedure(request.town.municipality.pk, journey.definition.code)
    needed = level_needed(journey.definition, offer.identity_level if offer else "", journey.applies_as)
    identify = ""
    try:
        require_level(request.actor, needed)
    except DomainError as error:
        identify = str(error.message)
    steps = journey.steps
    fee, shown = _fee_and_fingerprint(request, draft, journey)
    return page(
        request,
        "check",
        draft,
        journey,
        sections=[_section(draft, journey, one) for one in steps],
        steps=progress(draft, journey, "check"),
        back=step_url(draft, steps[-1].slug) if steps else "",
        identify=identify,
        help=services.explain(journey.definition.code, "check"),
        identify_url=_identify_url(request),
        consent=services.consent_of(draft, request.actor),
        fee=fee,
        shown=shown,
        known_name=known_name(request, draft),
        looked_up=[one for one in journey.objectable if one.code not in journey.objections],
        consented=journey.consented,
    )


def _send(request: Any, draft: Draft, journey: Journey) -> HttpResponse:
    try:
        services.submit(
            draft=draft,
            journey=journey,
            key=draft.slug,
            seen=request.POST.get("shown", ""),
            client=device_of(request),
            actor=request.actor,
        )
    except services.Incomplete as error:
        messages.error(request, str(error.message))
        transaction.set_rollback(True)
        return HttpResponseRedirect(step_url(draft, error.step))
    except DomainError as error:
        if error.code != "off":  # the page that follows says it
            messages.error(request, str(error.message))
        transaction.set_rollback(True)
        if error.code == "taken" and (step := journey.asking(FieldType.APPOINTMENT)):
            return HttpResponseRedirect(f"{step_url(draft, step.slug)}?change=1")
        return redirect("procedures:check", slug=draft.slug)
    response = redirect("procedures:done", slug=draft.slug)
    if journey.definition.discreet:
        tokens.forget(request, response, draft)
    return response


def _section(draft: Draft, journey: Journey, one: Step) -> dict[str, Any]:
    """One step as the check page shows it."""
    return {"title": one.title, "lines": answered(draft, journey, one), "url": f"{step_url(draft, one.slug)}?change=1"}


def _fee_and_fingerprint(request: Any, draft: Draft, journey: Journey) -> tuple[dict[str, Any], str]:
    """What is owed for the request as it stands, {text, problem?, ordinance?}, empty where it is free; and the
    fingerprint of all that the page shows, empty where something is missing and nothing can be sent."""
    try:
        filled = fill(draft, journey)
    except services.Incomplete:
        return {}, ""
    owed = fee_of(journey.definition.code, filled.fields, filled.values, town_id=request.town.municipality.pk)
    return _told(owed), services.shown(draft, journey, filled, owed, request.actor)


def _told(owed: Assessment) -> dict[str, Any]:
    if owed.is_free:
        return {}
    if owed.amount_cents is None:
        return {"text": _("There is a fee: the town hall works it out and tells you."), "problem": owed.problem}
    text = _("Fee: %(fee)s. You pay it once the request is sent.") % {"fee": money(owed.amount_cents)}
    return {"text": text, "ordinance": in_language(owed.ordinance)}


def _identify_url(request: Any) -> str:
    return f"{reverse('identity:choose')}?{urlencode({'next': request.path})}"


@hers
def done(request: Any, slug: str) -> HttpResponse:
    """The number, when, the receipt and what happens next; all of it from the draft's row."""
    draft, journey = draft_here(request, slug)
    if draft.state != DraftState.SUBMITTED:
        return redirect("procedures:resume", slug=draft.slug)
    result = draft.result
    answer = Document.objects.filter(pk=result["answer"]).first() if result.get("answer") else None
    return page(
        request,
        "done",
        draft,
        journey,
        result=result,
        title=in_language(result["title"]),
        at=_moment(result.get("at") or result["sent_at"]),
        deemed_at=_moment(result["deemed_at"]) if result.get("moved") else None,
        due_on=date.fromisoformat(result["due_on"]) if result["due_on"] else None,
        fee=money(result["fee_cents"]) if result["fee_cents"] else "",
        answer=answer,
        booked=find_booked(result["reference"]) if journey.asking(FieldType.APPOINTMENT) else None,
        is_waiting=answer is not None and answer.state == DocumentState.PENDING,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)

"""The wizard: begin, answer step by step, keep for later, throw away. Works without JavaScript."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.audit.constants import Level
from core.documents.services import client_of
from core.municipalities.services import DomainError
from procedures import parking, services
from procedures.constants import AppliesAs, DraftState
from procedures.services.completing import level_needed

from . import tokens
from .finding import definition_here, draft_here, hers, kept_out, moved_on, off_page, page, step_page, to_step, undone


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: Any, code: str) -> HttpResponse:
    """What it takes, and the button that begins; a draft that is open is continued."""
    definition = definition_here(request, code)
    if off := off_page(request, definition, status=404):
        return off
    offer = services.find_town_procedure(request.town.municipality.pk, definition.code)
    own_level = offer.identity_level if offer else ""
    needed = level_needed(definition, own_level, AppliesAs.SELF)
    context = {
        "definition": definition,
        "needed": needed,
        "offer": offer,
        "help": services.explain(definition.code, "start"),
        "continues": bool(request.actor.user_id or (tokens.all_of(request) and not definition.discreet)),
    }
    if request.method != "POST":
        return render(request, "procedures/start.html", context)
    if needed > Level.NONE and not request.actor.user_id:
        return redirect_to_login(request.get_full_path())
    try:
        draft, token = services.start(
            procedure=definition,
            language=get_language() or "eu",
            another="another" in request.POST,
            client=client_of(request),
            tokens=tokens.all_of(request),
            actor=request.actor,
        )
    except DomainError as error:
        if error.code != "too_many":
            raise
        messages.error(request, str(error.message))
        return render(request, "procedures/start.html", context, status=429)
    journey = services.journey_of(draft, actor=request.actor)
    continued = {"continued": "1"} if draft.data or draft.attachments else {}
    response = to_step(draft, undone(draft, journey), **continued)
    if token:
        tokens.give(request, response, draft, token, discreet=definition.discreet)
    return response


@hers
def resume(request: Any, slug: str) -> HttpResponse:
    """Back to where she was."""
    draft, journey = draft_here(request, slug)
    if draft.state == DraftState.SUBMITTED:
        return redirect("procedures:done", slug=draft.slug)
    if draft.state != DraftState.OPEN:
        return page(request, "closed", draft, journey)
    return off_page(request, journey.definition, draft=draft) or to_step(draft, undone(draft, journey))


@hers
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: Any, slug: str, step: str) -> HttpResponse:
    """One page of questions; it is saved as it is sent, right or wrong."""
    parked = request.method == "GET" and parking.is_parked(request)
    draft, journey = draft_here(request, slug, lock=parked or request.method == "POST")
    current = journey.find(step)
    # what she sends is kept in any case
    if moved := moved_on(draft) if request.method == "POST" or parked else kept_out(request, draft, journey):
        return moved
    if current is None:  # the answers no longer lead here
        return to_step(draft, undone(draft, journey))
    if request.method == "POST" or parked:
        data = parking.take(request) if parked else request.POST
        row = str(data.get("add_row", ""))
        form = services.save_step(
            draft=draft, journey=journey, step=current, data=data, add_row_to=row, actor=request.actor
        )
        if form.overtaken:
            form.errors.clear()
        elif "later" in data:
            return redirect("procedures:later", slug=draft.slug)
        elif parked:
            messages.success(request, _("What you had written is here and saved. Check it and go on."))
        elif not row and form.is_complete():
            changing = "change" in request.GET
            return to_step(draft, undone(draft, journey) if changing else journey.after(current.slug))
        if row:
            form.errors.clear()
    else:
        form = journey.form_for(current, offering=True)
    return step_page(request, draft, journey, current, form)


@hers
def later(request: Any, slug: str) -> HttpResponse:
    """Saved: until when, and how to come back."""
    draft, journey = draft_here(request, slug)
    return moved_on(draft) or page(request, "later", draft, journey)


@hers
@require_POST
def discard(request: Any, slug: str) -> HttpResponse:
    draft, journey = draft_here(request, slug, lock=True)
    if moved := moved_on(draft):
        return moved
    if "yes" not in request.POST:
        return page(request, "discard", draft, journey)
    services.discard(draft=draft, actor=request.actor)
    messages.success(request, _("The draft has been thrown away."))
    return redirect("portal:home")

"""The draft behind an address, and the page it is on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.audit.services import Actor
from core.identity.services import account_of, has_second_factor
from core.municipalities.constants import Module
from procedures import parking, services
from procedures.catalogue import Definition, find_definition
from procedures.constants import DraftState
from procedures.forms.building import PageForm
from procedures.models import Draft
from procedures.rights import get_draft_for
from procedures.services.desk import actor_for
from procedures.steps import DOCUMENTS, Journey, Step

from .tokens import token_of

View = Callable[..., HttpResponse]


def definition_here(request: Any, code: str) -> Definition:
    town = request.town
    definition = find_definition(code.upper())
    if town is None or Module.PROCEDURES not in town.modules or definition is None:
        raise Http404("no such procedure here")
    if services.find_town_procedure(town.municipality.pk, definition.code) is None:
        raise Http404("not on line in this town")
    return definition


def draft_here(request: Any, slug: str, *, lock: bool = False) -> tuple[Draft, Journey]:
    draft = get_draft_for(request.actor, slug, token=token_of(request, slug), lock=lock)
    if draft.behalf_of:
        request.actor = _at_desk(request, draft)
        account = account_of(draft.behalf_of)
        return draft, services.journey_of(draft, email=account.email if account else "", actor=request.actor)
    email = request.user.email if request.actor.user_id else ""
    return draft, services.journey_of(draft, email=email, actor=request.actor)


def _at_desk(request: Any, draft: Draft) -> Actor:
    """The clerk who began it, as whoever files for the draft's person; Http404 without her role or second factor."""
    actor = actor_for(draft, request.actor) if has_second_factor(request) else None
    if actor is None:
        raise Http404("not at the desk")
    return actor


def known_name(request: Any, draft: Draft) -> str:
    """Whose proved name heads the answers: the applicant's own, or that of the person at the desk."""
    if draft.behalf_of_id:
        return str(draft.behalf_of)
    return request.actor.name if request.actor.proved else ""


def hers(view: View) -> View:
    """Whoever is not signed in may just have lost her session: she signs in and comes back to this very page, and
    what she sent is kept until then. Nobody learns whether the draft exists."""

    @wraps(view)
    @never_cache
    def guarded(request: Any, slug: str, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, slug, **kwargs)
        except Http404:
            if request.actor.user_id or request.town is None:
                raise
            if request.method == "POST":
                text = (
                    _("Your session had ended. Sign in and you will find here what you had written.")
                    if not request.FILES and parking.park(request)
                    else _("Your session had ended. Sign in to go on; what you had saved before is here.")
                )
                messages.warning(request, text)
            return redirect_to_login(request.get_full_path())

    return guarded


def moved_on(draft: Draft) -> HttpResponse | None:
    """Where a draft that is no longer open leads."""
    if draft.state == DraftState.SUBMITTED:
        return redirect("procedures:done", slug=draft.slug)
    if draft.state != DraftState.OPEN:
        return redirect("procedures:resume", slug=draft.slug)
    return None


def to_step(draft: Draft, step: Step | None, **query: str) -> HttpResponseRedirect:
    if step is None:
        return redirect("procedures:check", slug=draft.slug)
    return HttpResponseRedirect(step_url(draft, step.slug) + (f"?{'&'.join(query)}=1" if query else ""))


def step_url(draft: Draft, slug: str) -> str:
    if slug == DOCUMENTS:
        return reverse("procedures:documents", args=[draft.slug])
    return reverse("procedures:step", args=[draft.slug, slug])


def undone(draft: Draft, journey: Journey) -> Step | None:
    """The first step that has not been answered well, or None where all have."""
    return next((step for step in journey.steps if step.slug not in draft.done_steps), None)


def page(request: Any, template: str, draft: Draft, journey: Journey, **context: Any) -> HttpResponse:
    page = {"draft": draft, "journey": journey, "definition": journey.definition, **context}
    return render(request, f"procedures/{template}.html", page)


def step_page(request: Any, draft: Draft, journey: Journey, current: Step, form: Any) -> HttpResponse:
    before = journey.before(current.slug)
    return page(
        request,
        "step",
        draft,
        journey,
        step=current,
        form=form,
        questions=list(form.questions()) if isinstance(form, PageForm) else [],
        reveals=bool(getattr(form, "conditions", None)),
        revealed=bool(getattr(form, "revealed", None)),
        steps=progress(draft, journey, current.slug),
        back=step_url(draft, before.slug) if before else reverse("procedures:start", args=[journey.definition.code]),
        continued="continued" in request.GET,
        known_name=known_name(request, draft),
        help=services.explain(journey.definition.code, current),
    )


def progress(draft: Draft, journey: Journey, current: str) -> list[dict[str, Any]]:
    """Every step with its number, the check last; `state` is done, current or empty."""
    slugs = [(step.slug, step.title) for step in journey.steps] + [("check", _("Check and send"))]
    return [
        {
            "number": number,
            "title": title,
            "total": len(slugs),
            "state": "current" if slug == current else "done" if slug in draft.done_steps else "",
        }
        for number, (slug, title) in enumerate(slugs, start=1)
    ]

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
from procedures.catalogue import Definition, find_definition, in_language
from procedures.constants import DraftState
from procedures.forms.building import PageForm
from procedures.models import Draft
from procedures.rights import get_draft_for
from procedures.services.completing import shown_lines
from procedures.services.desk import actor_for
from procedures.steps import DOCUMENTS, Journey, Step

from .tokens import token_of

View = Callable[..., HttpResponse]


def definition_here(request: Any, code: str) -> Definition:
    town = request.town
    definition = find_definition(code.upper())
    if town is None or Module.PROCEDURES not in town.modules or definition is None:
        raise Http404("no such procedure here")
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
    what she sent is kept until then. Nobody learns whether the draft exists, but for one that was begun without an
    account: to sign in would not open it, and its page says so, without a word of what it is."""

    @wraps(view)
    @never_cache
    def guarded(request: Any, slug: str, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, slug, **kwargs)
        except Http404:
            if request.town is None:
                raise
            if services.hangs_on_token(slug):
                return render(request, "procedures/lost.html", status=404)
            if request.actor.user_id:
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


def kept_out(request: Any, draft: Draft, journey: Journey) -> HttpResponse | None:
    """Where a draft leads that can't go on: it is no longer open, or the town hall no longer takes it on line."""
    if moved := moved_on(draft):
        return moved
    return off_page(request, journey.definition, draft=draft)


def off_page(
    request: Any, definition: Definition, *, draft: Draft | None = None, status: int = 200
) -> HttpResponse | None:
    """The page that says that the town hall does not take it on line and what to do instead; None where it does."""
    town, at_desk = request.town.municipality.pk, bool(draft and draft.behalf_of_id)
    if services.find_taken(town, definition.code, at_desk=at_desk):
        return None
    offer = services.find_town_procedure(town, definition.code)
    context = {"definition": definition, "draft": draft, "offer": offer}
    return render(request, "procedures/off.html", context, status=status)


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


def answered(draft: Draft, journey: Journey, one: Step) -> list[tuple[str, str]]:
    """Question and answer of a step, as the draft keeps them, in the reader's language."""
    if one.slug == DOCUMENTS:
        return [
            (in_language(slot.names), "\n".join(a["file_name"] for a in draft.attachments if a["type"] == slot.code))
            for slot in one.slots
        ]
    form = journey.form_for(one)
    form.is_valid()
    values = getattr(form, "cleaned_data", {})
    return shown_lines(one, values, journey) or _own_lines(form, values)


def _own_lines(form: Any, values: dict[str, Any]) -> list[tuple[str, str]]:
    """The answers about who applies."""
    lines = []
    for name, field in form.fields.items():
        value = values.get(name)
        choices = dict(getattr(field, "choices", ()))
        if isinstance(value, list):
            value = "\n".join(f"{one['name']} · {one['identifier']} · {one['email']}" for one in value)
        if isinstance(value, dict):
            value = ", ".join(part for part in value.values() if part)
        lines.append((str(field.label), str(choices.get(value, value or ""))))
    return lines


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
        seen=services.version_of(draft, current.slug),
        saved=answered(draft, journey, current) if getattr(form, "overtaken", False) else None,
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

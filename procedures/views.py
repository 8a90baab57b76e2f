"""The wizard: begin, answer step by step, attach, check, send, and what came of it. Works without JavaScript."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.audit.constants import Level
from core.documents.constants import DocumentState
from core.documents.models import Document
from core.municipalities.constants import Module
from core.municipalities.services import DomainError

from . import parking, services
from .catalogue import Definition, find_definition, in_language
from .constants import AppliesAs, DraftState
from .forms.showing import money
from .forms.uploading import DocumentsForm, input_name
from .models import Draft
from .rights import get_draft_for
from .services.completing import level_needed, missing_documents, require_level, shown_lines
from .services.drafts import DAYS_KEPT, mark_done
from .steps import DOCUMENTS, Journey, Step

COOKIE_SECONDS = DAYS_KEPT * 24 * 3600
View = Callable[..., HttpResponse]


# --- finding the draft ---


def _definition(request: Any, code: str) -> Definition:
    town = request.town
    definition = find_definition(code.upper())
    if town is None or Module.PROCEDURES not in town.modules or definition is None:
        raise Http404("no such procedure here")
    if services.find_town_procedure(town.municipality.pk, definition.code) is None:
        raise Http404("not on line in this town")
    return definition


def _draft(request: Any, slug: str, *, lock: bool = False) -> tuple[Draft, Journey]:
    draft = get_draft_for(request.actor, slug, token=request.COOKIES.get(_cookie(slug), ""), lock=lock)
    email = request.user.email if request.actor.user_id else ""
    return draft, services.journey_of(draft, email=email, actor=request.actor)


def _cookie(slug: str) -> str:
    return f"draft-{slug}"


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


def _moved_on(draft: Draft) -> HttpResponse | None:
    """Where a draft that is no longer open leads."""
    if draft.state == DraftState.SUBMITTED:
        return redirect("procedures:done", slug=draft.slug)
    if draft.state != DraftState.OPEN:
        return redirect("procedures:resume", slug=draft.slug)
    return None


def _to(draft: Draft, step: Step | None, **query: str) -> HttpResponseRedirect:
    if step is None:
        return redirect("procedures:check", slug=draft.slug)
    return HttpResponseRedirect(step_url(draft, step.slug) + (f"?{'&'.join(query)}=1" if query else ""))


def step_url(draft: Draft, slug: str) -> str:
    if slug == DOCUMENTS:
        return reverse("procedures:documents", args=[draft.slug])
    return reverse("procedures:step", args=[draft.slug, slug])


def _undone(draft: Draft, journey: Journey) -> Step | None:
    """The first step that has not been answered well, or None where all have."""
    return next((step for step in journey.steps if step.slug not in draft.done_steps), None)


def _page(request: Any, template: str, draft: Draft, journey: Journey, **context: Any) -> HttpResponse:
    page = {"draft": draft, "journey": journey, "definition": journey.definition, **context}
    return render(request, f"procedures/{template}.html", page)


# --- the pages ---


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: Any, code: str) -> HttpResponse:
    """What it takes, and the button that begins; a draft that is open is continued."""
    definition = _definition(request, code)
    offer = services.find_town_procedure(request.town.municipality.pk, definition.code)
    own_level = offer.identity_level if offer else ""
    needed = level_needed(definition, own_level, AppliesAs.SELF)
    if request.method != "POST":
        return render(request, "procedures/start.html", {"definition": definition, "needed": needed, "offer": offer})
    if needed > Level.NONE and not request.actor.user_id:
        return redirect_to_login(request.get_full_path())
    draft, token = services.start(
        procedure=definition,
        language=get_language() or "eu",
        another="another" in request.POST,
        actor=request.actor,
    )
    journey = services.journey_of(draft, actor=request.actor)
    continued = {"continued": "1"} if draft.data or draft.attachments else {}
    response = _to(draft, _undone(draft, journey), **continued)
    if token:
        response.set_cookie(
            _cookie(draft.slug),
            token,
            max_age=COOKIE_SECONDS,
            path=reverse("procedures:resume", args=[draft.slug]).rsplit("/", 4)[0] + "/",
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


@hers
def resume(request: Any, slug: str) -> HttpResponse:
    """Back to where she was."""
    draft, journey = _draft(request, slug)
    if draft.state == DraftState.SUBMITTED:
        return redirect("procedures:done", slug=draft.slug)
    if draft.state != DraftState.OPEN:
        return _page(request, "closed", draft, journey)
    return _to(draft, _undone(draft, journey))


@hers
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: Any, slug: str, step: str) -> HttpResponse:
    """One page of questions; it is saved as it is sent, right or wrong."""
    parked = request.method == "GET" and parking.is_parked(request)
    draft, journey = _draft(request, slug, lock=parked or request.method == "POST")
    current = journey.find(step)
    if moved := _moved_on(draft):
        return moved
    if current is None:  # the answers no longer lead here
        return _to(draft, _undone(draft, journey))
    if request.method == "POST" or parked:
        data = parking.take(request) if parked else request.POST
        row = str(data.get("add_row", ""))
        form = services.save_step(
            draft=draft, journey=journey, step=current, data=data, add_row_to=row, actor=request.actor
        )
        if "later" in data:
            return redirect("procedures:later", slug=draft.slug)
        if parked:
            messages.success(request, _("What you had written is here and saved. Check it and go on."))
        elif not row and form.is_valid():
            changing = "change" in request.GET
            return _to(draft, _undone(draft, journey) if changing else journey.after(current.slug))
        if row:
            form.errors.clear()
    else:
        form = journey.form_for(current)
    return _step_page(request, draft, journey, current, form)


def _step_page(request: Any, draft: Draft, journey: Journey, current: Step, form: Any) -> HttpResponse:
    before = journey.before(current.slug)
    return _page(
        request,
        "step",
        draft,
        journey,
        step=current,
        form=form,
        steps=_progress(draft, journey, current.slug),
        back=step_url(draft, before.slug) if before else reverse("procedures:start", args=[journey.definition.code]),
        continued="continued" in request.GET,
        known_name=request.actor.name if request.actor.proved else "",
    )


def _progress(draft: Draft, journey: Journey, current: str) -> list[dict[str, Any]]:
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


@hers
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: Any, slug: str) -> HttpResponse:
    """Attach and remove files; each is checked as it comes."""
    draft, journey = _draft(request, slug, lock=request.method == "POST")
    current = journey.find(DOCUMENTS)
    if moved := _moved_on(draft):
        return moved
    if current is None:
        return _to(draft, _undone(draft, journey))
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
                return _to(draft, journey.after(DOCUMENTS))
        elif not wrong:
            return redirect("procedures:documents", slug=draft.slug)
    return _step_page(request, draft, journey, current, _documents_form(draft, current, wrong))


def _attach_all(request: Any, draft: Draft, current: Step) -> dict[str, list[str]]:
    """Every file that was sent, under its document; what was wrong, by the document's code."""
    wrong: dict[str, list[str]] = {}
    for slot in current.slots:
        for file in request.FILES.getlist(input_name(slot.code)):
            try:
                services.attach(draft=draft, type_code=slot.code, file=file, actor=request.actor)
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
            form.add_error(name, f"“{form.fields[name].label}”: {error}")
    return form


@hers
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Any, slug: str) -> HttpResponse:
    """Everything on one page, each answer with its link to change it; sending is a POST."""
    draft, journey = _draft(request, slug, lock=request.method == "POST")
    if request.method == "POST":
        return _send(request, draft, journey)
    if moved := _moved_on(draft):
        return moved
    if undone := _undone(draft, journey):
        return _to(draft, undone)
    offer = services.find_town_procedure(request.town.municipality.pk, journey.definition.code)
    needed = level_needed(journey.definition, offer.identity_level if offer else "", journey.applies_as)
    identify = ""
    try:
        require_level(request.actor, needed)
    except DomainError as error:
        identify = str(error.message)
    steps = journey.steps
    return _page(
        request,
        "check",
        draft,
        journey,
        sections=[_section(draft, journey, one) for one in steps],
        steps=_progress(draft, journey, "check"),
        back=step_url(draft, steps[-1].slug) if steps else "",
        identify=identify,
        identify_url=_identify_url(request),
        fee=_fee(journey.definition, offer),
        known_name=request.actor.name if request.actor.proved else "",
    )


def _send(request: Any, draft: Draft, journey: Journey) -> HttpResponse:
    try:
        services.submit(draft=draft, journey=journey, key=draft.slug, actor=request.actor)
    except services.Incomplete as error:
        messages.error(request, str(error.message))
        transaction.set_rollback(True)
        return HttpResponseRedirect(step_url(draft, error.step))
    except DomainError as error:
        messages.error(request, str(error.message))
        transaction.set_rollback(True)
        return redirect("procedures:check", slug=draft.slug)
    return redirect("procedures:done", slug=draft.slug)


def _section(draft: Draft, journey: Journey, one: Step) -> dict[str, Any]:
    """One step as the check page shows it."""
    if one.slug == DOCUMENTS:
        lines = [
            (in_language(slot.names), "\n".join(a["file_name"] for a in draft.attachments if a["type"] == slot.code))
            for slot in one.slots
        ]
    else:
        form = journey.form_for(one)
        form.is_valid()
        values = getattr(form, "cleaned_data", {})
        lines = shown_lines(one, values, journey) or _own_lines(form, values)
    return {"title": one.title, "lines": lines, "url": f"{step_url(draft, one.slug)}?change=1"}


def _own_lines(form: Any, values: dict[str, Any]) -> list[tuple[str, str]]:
    """The answers about who applies."""
    lines = []
    for name, field in form.fields.items():
        value = values.get(name)
        choices = dict(getattr(field, "choices", ()))
        if isinstance(value, dict):
            value = ", ".join(part for part in value.values() if part)
        lines.append((str(field.label), str(choices.get(value, value or ""))))
    return lines


def _fee(definition: Definition, offer: Any) -> str:
    cents = offer.fee_cents if offer and offer.fee_cents is not None else definition.fee_cents
    if cents:
        return _("Fee: %(fee)s. It is paid later.") % {"fee": money(cents)}
    return (
        _("There is a fee: the town hall works it out and tells you.") if definition.fee.startswith("formula") else ""
    )


def _identify_url(request: Any) -> str:
    return f"{reverse('identity:choose')}?{urlencode({'next': request.path})}"


@hers
def later(request: Any, slug: str) -> HttpResponse:
    """Saved: until when, and how to come back."""
    draft, journey = _draft(request, slug)
    return _moved_on(draft) or _page(request, "later", draft, journey)


@hers
@require_POST
def discard(request: Any, slug: str) -> HttpResponse:
    draft, journey = _draft(request, slug, lock=True)
    if moved := _moved_on(draft):
        return moved
    if "yes" not in request.POST:
        return _page(request, "discard", draft, journey)
    services.discard(draft=draft, actor=request.actor)
    messages.success(request, _("The draft has been thrown away."))
    return redirect("portal:home")


@hers
def done(request: Any, slug: str) -> HttpResponse:
    """The number, when, the receipt and what happens next; all of it from the draft's row."""
    draft, journey = _draft(request, slug)
    if draft.state != DraftState.SUBMITTED:
        return redirect("procedures:resume", slug=draft.slug)
    result = draft.result
    answer = Document.objects.filter(pk=result["answer"]).first() if result.get("answer") else None
    return _page(
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
        is_waiting=answer is not None and answer.state == DocumentState.PENDING,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)

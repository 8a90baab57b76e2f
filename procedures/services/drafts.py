"""Drafts: begun, continued, saved step by step, discarded, and let go after ninety days."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import Actor
from core.documents.services import allow
from core.municipalities.models import open_municipality
from core.municipalities.services import DomainError
from procedures.catalogue import Definition, definition_of, find_form
from procedures.constants import DraftState
from procedures.forms.building import SHOWN, PageForm
from procedures.forms.widgets import as_multi
from procedures.models import Draft
from procedures.rights import hash_token, opens
from procedures.steps import Journey, Step, inputs_of, kept, town_options

from .towns import find_taken

DAYS_KEPT = 90
DAYS_REMEMBERED = 30  # after those: its page still says why it is gone
MOST_CHARACTERS = 200_000  # of a whole draft: far more than all its questions take
ANONYMOUS_AN_HOUR = 20  # drafts of one address: a library's readers share theirs
MOST_TOKENS = 50  # of one browser's cookies that are looked at
NO_TOKENS: Mapping[str, str] = {}
SEEN = "seen"  # the input by which a page says which answers to it were saved when it was shown
EMPTY: dict[str, Any] = {"data": {}, "attachments": []}  # nobody has written anything in it yet


@transaction.atomic(savepoint=False)
def start(
    *,
    procedure: Definition,
    language: str,
    another: bool = False,
    client: str = "",
    tokens: Mapping[str, str] = NO_TOKENS,
    actor: Actor,
) -> tuple[Draft, str]:
    """The actor's open draft of a procedure, begun or continued; and, for a new one of a visitor without account, the
    token that opens it from now on. `another` begins a new one beside those that are open, unless one of them is still
    empty. `tokens`, {slug: token}: those of the drafts that a visitor without account has begun in this browser.

    DomainError where the town does not take the procedure on line; with code `too_many` where a visitor without account
    has begun too many from the same `client` (its network address).
    """
    offer = find_taken(actor.municipality_id or 0, procedure.code)
    if offer is None:
        raise DomainError(_("This town hall does not offer this procedure on line."), code="off")
    if continued := _continued(procedure, tokens, another=another, actor=actor):
        return continued, ""
    if not actor.user_id and not allow(f"draft:{client}", limit=ANONYMOUS_AN_HOUR, seconds=3600):
        raise DomainError(
            _("Too many requests have been begun from your network. Try again in an hour, or sign in."), code="too_many"
        )
    token = "" if actor.user_id else secrets.token_urlsafe(32)
    draft = Draft(
        procedure_id=procedure.id,
        form_version_id=procedure.form.id,
        town_form_id=offer.town_form_id,
        user_id=actor.user_id,
        person_id=actor.person_id,
        token_hash=hash_token(token) if token else "",
        slug=secrets.token_urlsafe(15).replace("_", "a").replace("-", "b"),
        language=language,
        expires_on=timezone.localdate() + timedelta(days=DAYS_KEPT),
    )
    if not actor.user_id:
        draft.save(force_insert=True)
        return draft, token
    hers = _open_of(procedure, actor)
    if another:
        draft.ordinal = (hers.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    # two tabs at once: the unique constraint lets one in, and both find it
    Draft.objects.bulk_create([draft], ignore_conflicts=True)
    return hers.order_by("-ordinal").first() or draft, token


def _open_of(procedure: Definition, actor: Actor) -> QuerySet[Draft]:
    return Draft.objects.filter(user_id=actor.user_id, procedure_id=procedure.id, state=DraftState.OPEN, behalf_of=None)


def _continued(procedure: Definition, tokens: Mapping[str, str], *, another: bool, actor: Actor) -> Draft | None:
    """The draft that is there before a new one is made: asked only where there may be one."""
    found = _open_of(procedure, actor).order_by("-saved_at")
    if actor.user_id:
        return found.filter(**EMPTY).first() if another else None
    # a discreet matter is not opened for whoever has the same browser before her
    if not tokens or procedure.discreet:
        return None
    hers = [draft for draft in found.filter(slug__in=list(tokens)[:MOST_TOKENS]) if opens(draft, tokens[draft.slug])]
    return next((draft for draft in hers if not another or not (draft.data or draft.attachments)), None)


def hangs_on_token(slug: str) -> bool:
    """Whether this is a draft of a visitor without account, which no account opens."""
    return Draft.objects.filter(slug=slug, user=None).exists()


def journey_of(draft: Draft, *, email: str = "", actor: Actor) -> Journey:
    """The steps of a draft. At most one statement, for the town's own lists."""
    form = find_form(draft.form_version_id, draft.town_form_id)
    return Journey(
        definition=definition_of(draft.procedure_id),
        form=form,
        raw=draft.data,
        actor=actor,
        email=email,
        language=draft.language,
        town_options=town_options(open_municipality() or 0, form.fields),
    )


@transaction.atomic(savepoint=False)
def save_step(*, draft: Draft, journey: Journey, step: Step, data: Any, add_row_to: str = "", actor: Actor) -> PageForm:
    """Keep what was sent of a step, right or wrong, and answer with its form; `form.is_valid()` says whether to go on.

    `draft` is locked. Another row of a list of persons is a save too, without the errors of what is still being
    written. An answer may ask one more question of the same page: where she did not have it before her, it is
    `form.revealed` and no error. What is no longer asked is not kept, on whatever page it stands. Where the step has
    been saved since the page was shown (its `seen` is no longer `version_of` it), with other answers, nothing is kept
    and `form.overtaken` says so: she sees both and sends again what is to stay.
    """
    check_open(draft)
    journey.raw = {**draft.data, step.slug: {name: data.getlist(name) for name in data}}
    step = journey.find(step.slug) or step
    form = journey.form_for(step, data=data, add_row_to=add_row_to)
    form.revealed = [name for name in form.conditions if name in form.fields and not _was_shown(form, name, data)]
    sent = kept(form, data)
    if _length({**draft.data, step.slug: sent}) > MOST_CHARACTERS:
        form.add_error(None, _("This is too long to be kept. Shorten it, or attach it as a document."))
        return form
    if data.get(SEEN, "") not in ("", version_of(draft, step.slug)) and sent != draft.data.get(step.slug):
        form.overtaken, journey.raw = True, draft.data
        return form
    draft.data = journey.raw = {**draft.data, step.slug: sent}
    done = [slug for slug in _still_right(draft, journey, step) if slug != step.slug]
    draft.done_steps = done if add_row_to or not form.is_complete() else [*done, step.slug]
    save_draft(draft, "data", "done_steps", actor=actor)
    for name in form.revealed:
        form.errors.pop(name, None)
    return form


def version_of(draft: Draft, slug: str) -> str:
    """Another text for other answers to the step."""
    return hashlib.sha256(json.dumps(draft.data.get(slug), sort_keys=True).encode()).hexdigest()[:16]


def _length(data: Mapping[str, Mapping[str, list[str]]]) -> int:
    """Characters of everything that was typed; each input counts for one more, so that empty ones are bounded too."""
    return sum(len(value) + 1 for inputs in data.values() for values in inputs.values() for value in values)


def _was_shown(form: PageForm, name: str, data: Any) -> bool:
    return name in data.getlist(SHOWN) or bool(inputs_of(form, name, data))


def _still_right(draft: Draft, journey: Journey, changed: Step) -> list[str]:
    """The steps that stay done now that this one was answered: on others' pages too, what it no longer asks is dropped
    from the draft, and a page that it asks more of is to be answered again."""
    names = {field.name for field in changed.fields}
    hanging = {str(field.page) for field in journey.form.fields if field.condition.get("field") in names}
    done = list(draft.done_steps)
    for slug in (hanging & draft.data.keys()) - {changed.slug}:
        step = journey.find(slug)
        form = journey.form_for(step) if step else None
        draft.data = journey.raw = {**draft.data, slug: kept(form, as_multi(draft.data[slug])) if form else {}}
        if slug in done and not (form and form.is_valid()):
            done.remove(slug)
    return done


@transaction.atomic(savepoint=False)
def mark_done(*, draft: Draft, step: str, actor: Actor) -> None:
    """Note that a step of a locked draft is complete (the documents, which have no form to be right)."""
    check_open(draft)
    draft.done_steps = [*(slug for slug in draft.done_steps if slug != step), step]
    save_draft(draft, "done_steps", actor=actor)


def save_draft(draft: Draft, *fields: str, actor: Actor) -> None:
    """Write these fields; the ninety days begin again, and a visitor who has signed in since takes it along."""
    draft.saved_at = timezone.now()
    draft.expires_on = timezone.localdate() + timedelta(days=DAYS_KEPT)
    changed: Sequence[str] = (*fields, "saved_at", "expires_on")
    if actor.user_id and draft.user_id is None:
        draft.user_id, draft.person_id, draft.token_hash = actor.user_id, actor.person_id, ""
        open_ones = Draft.objects.filter(user_id=actor.user_id, procedure=draft.procedure_id, state=DraftState.OPEN)
        draft.ordinal = (open_ones.aggregate(last=Max("ordinal"))["last"] or 0) + 1
        changed = (*changed, "user", "person", "token_hash", "ordinal")
    draft.save(update_fields=changed)


@transaction.atomic(savepoint=False)
def discard(*, draft: Draft, actor: Actor) -> None:
    """Throw a locked draft away, with all that was written in it."""
    check_open(draft)
    draft.state, draft.data, draft.attachments, draft.done_steps = DraftState.DISCARDED, {}, [], []
    save_draft(draft, "state", "data", "attachments", "done_steps", actor=actor)


def expire_drafts() -> int:
    """Empty the open town's drafts that nobody has touched for ninety days; how many they were."""
    stale = Draft.objects.filter(state=DraftState.OPEN, expires_on__lt=timezone.localdate())
    return stale.update(state=DraftState.EXPIRED, data={}, attachments=[], done_steps=[])


def forget_drafts() -> int:
    """Delete the open town's drafts of which nothing is left: thrown away, let go a month ago, or begun by a visitor
    without account who wrote nothing for a day; how many they were."""
    today, yesterday = timezone.localdate(), timezone.now() - timedelta(days=1)
    gone = Q(state=DraftState.EXPIRED, expires_on__lt=today - timedelta(days=DAYS_REMEMBERED))
    empty = Q(state=DraftState.OPEN, user=None, **EMPTY, saved_at__lt=yesterday)
    count, _rows = Draft.objects.filter(Q(state=DraftState.DISCARDED) | gone | empty).delete()
    return count


def files_held() -> set[str]:
    """The SHA-256 of every file in the open town's open drafts."""
    lists = Draft.objects.filter(state=DraftState.OPEN).exclude(attachments=[]).values_list("attachments", flat=True)
    return {one["sha256"] for attachments in lists.iterator() for one in attachments}


def check_open(draft: Draft) -> None:
    """Refuse to change what was sent, thrown away or let go."""
    if draft.state == DraftState.SUBMITTED:
        raise DomainError(_("This request has been sent already."), code="sent")
    if draft.state != DraftState.OPEN:
        raise DomainError(_("This draft is no longer kept. Begin the procedure again."), code="gone")

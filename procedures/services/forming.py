"""Editing a form before anybody is asked it: the province's in the county, what a town changes in the town."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.audit.constants import ActorKind
from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError, find_town
from procedures.catalogue import in_language
from procedures.definitions.checking import INPUT_END, TAKEN, TAKEN_BEGINNINGS
from procedures.definitions.differences import Change, Definition, Question, diff
from procedures.definitions.fitting import Fitted, fit
from procedures.definitions.schema import to_current
from procedures.models import FormSketch, FormVersion, Procedure, TownForm, TownProcedure

OWN = "own_"  # a town's questions, so that none of the province's is ever called like them


@dataclass(frozen=True)
class Standing:
    """A procedure's form as a town hall, or the county for the province, finds it."""

    procedure: Procedure
    is_province: bool
    version: FormVersion  # the province's as it stands
    base: Definition  # its content
    town_form: TownForm | None
    fitted: Fitted  # the town's changes over `base`
    sketch: FormSketch | None

    @property
    def definition(self) -> Definition:
        """What the builder shows: the sketch, or what is asked today."""
        found: Definition = self.sketch.definition if self.sketch else self.fitted.definition
        return found

    @property
    def is_to_be_confirmed(self) -> bool:
        """Whether the province has published since the town made its changes."""
        return bool(self.town_form and self.town_form.base_id != self.version.pk)

    @property
    def changes(self) -> list[Change]:
        """What the sketch changes in what is asked today."""
        return diff(self.fitted.definition, self.sketch.definition) if self.sketch else []

    @property
    def own_changes(self) -> list[Change]:
        """What differs from the province's form."""
        return [] if self.is_province else diff(self.base, self.definition)

    def question(self, name: str) -> Question | None:
        return find_question(self.definition, name)

    def is_provinces(self, name: str) -> bool:
        """Whether it is a question of the province's, whose name and type a town leaves alone."""
        return not self.is_province and find_question(self.base, name) is not None

    @property
    def hidden(self) -> list[Question]:
        asked = {question["name"] for question in self.definition["fields"]}
        return [] if self.is_province else [one for one in self.base["fields"] if one["name"] not in asked]


def sketched(municipality_id: int) -> set[int]:
    """The procedures of which somebody is editing the form there."""
    return set(FormSketch.objects.filter(municipality=municipality_id).values_list("procedure", flat=True))


def find_question(definition: Definition, name: str) -> Question | None:
    return next((question for question in definition["fields"] if question["name"] == name), None)


def definition_in(version: FormVersion) -> Definition:
    """A version's content in today's shape."""
    return to_current(version.definition, version.schema)


def require_editor(actor: Actor) -> bool:
    """The operator in the county, for the province: True; a town's administrator in her town: False. Else the 403 page.

    Whoever runs a command on the server acts for the town whose door is open.
    """
    is_county = find_town(actor.municipality_id or 0).municipality.is_county
    if actor.kind != ActorKind.SYSTEM:
        require(actor, Role.OPERATOR if is_county else Role.TOWN_ADMINISTRATOR)
    return is_county


def forms_to_confirm(municipality_id: int | None) -> int:
    """How many forms of the town stand over a version that the province has replaced since; one statement."""
    own = TownProcedure.objects.filter(municipality=municipality_id, town_form__isnull=False)
    return own.exclude(town_form__base=F("procedure__form_version")).count()


def look(code: str, *, lock: bool = False, actor: Actor) -> Standing:
    """The form of a procedure where the actor works; DomainError with code `off` where the town does not have it.

    `lock` holds what a publication changes until the commit: the procedure, or the town's own row of it.
    """
    is_province = require_editor(actor)
    procedures = Procedure.objects.select_related("form_version")
    if lock and is_province:
        procedures = procedures.select_for_update(of=("self",), no_key=True)
    procedure = procedures.filter(code=code).first()
    offer = None
    if procedure and not is_province:
        offers = TownProcedure.objects.select_related("town_form")
        if lock:
            offers = offers.select_for_update(of=("self",), no_key=True)
        offer = offers.filter(municipality=actor.municipality_id, procedure=procedure).first()
    version = procedure.form_version if procedure else None
    if procedure is None or version is None or (offer is None and not is_province):
        raise DomainError(_("This town hall does not have this procedure."), code="off")
    base, town_form = definition_in(version), offer.town_form if offer else None
    sketches = FormSketch.objects.filter(municipality=actor.municipality_id, procedure=procedure)
    standing = Standing(
        procedure=procedure,
        is_province=is_province,
        version=version,
        base=base,
        town_form=town_form,
        fitted=fit(base, town_form.changes) if town_form else Fitted(base),
        sketch=sketches.select_related("base").first(),
    )
    if standing.sketch and not is_province and not standing.is_to_be_confirmed:
        carry_over(standing.sketch, standing)
    return standing


def carry_over(sketch: FormSketch, standing: Standing, insist: Collection[tuple[str, str]] = ()) -> None:
    """Bring a town's sketch over to the province's form of today, where that is newer; unsaved.

    `insist`: question and key of what the town keeps although the province has changed it too.
    """
    if sketch.base_id == standing.version.pk:
        return
    changes = diff(definition_in(sketch.base), sketch.definition)
    positions = [at for at, change in enumerate(changes) if (change["field"], change.get("key", "")) in insist]
    sketch.definition = fit(standing.base, changes, insist=positions).definition
    sketch.base = standing.version


def _open(code: str, actor: Actor) -> Standing:
    """The standing with a sketch to write in, locked."""
    standing = look(code, lock=True, actor=actor)
    if standing.is_to_be_confirmed:
        raise DomainError(_("The province has changed this form. See first what changes for your town."), code="newer")
    if standing.sketch:
        return standing
    sketch = FormSketch.objects.create(
        procedure=standing.procedure, base=standing.version, definition=standing.fitted.definition
    )
    return replace(standing, sketch=sketch)


def _save(standing: Standing, fields: list[Question], actor: Actor) -> None:
    sketch = standing.sketch
    assert sketch
    ordered = sorted(fields, key=lambda question: question["page"])  # stable: pages one after the other
    sketch.definition = {**sketch.definition, "fields": ordered}
    sketch.edited_at, sketch.edited_by = timezone.now(), actor.name
    sketch.save(update_fields=["definition", "base", "edited_at", "edited_by"])


@transaction.atomic(savepoint=False)
def save_question(*, code: str, name: str, question: Question, actor: Actor) -> str:
    """Keep a question of the sketch, or a new one where `name` is empty; answers with its name.

    What is not in `question` stays. DomainError where a town would loosen what the law asks. Whether the form is right
    as a whole is asked when it is published: on the way there it may not be.
    """
    standing = _open(code, actor)
    fields = list(standing.definition["fields"])
    if not name:
        name = _new_name(question, fields, prefix="" if standing.is_province else OWN)
        at = max((at for at, one in enumerate(fields) if one["page"] <= question["page"]), default=len(fields) - 1)
        fields.insert(at + 1, {**question, "name": name})
    else:
        found = standing.question(name)
        if found is None:
            raise DomainError(_("This question is no longer in the form."), code="gone")
        if standing.is_provinces(name) and found.get("locked") and not question["required"]:
            raise DomainError(_("The law asks this question: it can't become optional."), field="required")
        kept = ("name", "type", "locked") if standing.is_provinces(name) else ("name", "type")
        changed = {**found, **question, **{key: found[key] for key in kept}}
        fields[fields.index(found)] = changed
        if changed["page"] != found["page"]:  # at the end of its new page
            fields.remove(changed)
            before = [at for at, one in enumerate(fields) if one["page"] <= changed["page"]]
            fields.insert(max(before, default=-1) + 1, changed)
    _save(standing, fields, actor)
    return name


def _new_name(question: Question, fields: list[Question], *, prefix: str) -> str:
    """A code from the question's own words, that no other question has: nobody has to think of one."""
    words = slugify(question["labels"].get("en") or question["labels"].get("es") or question["labels"]["eu"])
    stem = re.sub(r"^[^a-z]+", "", words.replace("-", "_"))[:40].strip("_") or "question"
    taken = {one["name"] for one in fields}
    for end in ("", *(f"_{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")):
        name = f"{prefix}{stem}{end}"
        if INPUT_END.search(name) or name in TAKEN or name.startswith(TAKEN_BEGINNINGS):
            name = f"{name}_q"
        if name not in taken:
            return name
    raise DomainError(_("Too many questions have the same text. Write it in other words."), field="label_eu")


@transaction.atomic(savepoint=False)
def arrange(*, code: str, name: str, how: str, actor: Actor) -> None:
    """Move a question `up` or `down`, over the end of its page too; `remove` it, which in a town hides what is the
    province's; or `restore` what the town hides. DomainError says why it can't be."""
    standing = _open(code, actor)
    fields = list(standing.definition["fields"])
    if how == "restore":
        hidden = next((one for one in standing.hidden if one["name"] == name), None)
        _save(standing, [*fields, hidden] if hidden else fields, actor)
        return
    found = standing.question(name)
    if found is None:
        raise DomainError(_("This question is no longer in the form."), code="gone")
    if how == "remove":
        _check_removal(standing, found)
        fields.remove(found)
    else:
        _shift(fields, fields.index(found), -1 if how == "up" else 1)
    _save(standing, fields, actor)


def _check_removal(standing: Standing, question: Question) -> None:
    if question.get("locked") or (standing.is_provinces(question["name"]) and question["required"]):
        raise DomainError(_("This question can't be left out: the procedure needs its answer."), code="locked")
    for other in standing.definition["fields"]:
        if other["condition"].get("field") == question["name"]:
            label = in_language(other["labels"])
            raise DomainError(_("“%(label)s” hangs on this question. Change that one first.") % {"label": label})


def _shift(fields: list[Question], at: int, by: int) -> None:
    """One place up or down; at the end of its page, into the next page, a new one where there is none."""
    question, other = fields[at], at + by
    if 0 <= other < len(fields) and fields[other]["page"] == question["page"]:
        fields[at], fields[other] = fields[other], fields[at]
    elif 0 <= other < len(fields):
        fields[at] = {**question, "page": fields[other]["page"]}
    elif by > 0 and at and fields[at - 1]["page"] == question["page"]:
        fields[at] = {**question, "page": question["page"] + 1}


@transaction.atomic(savepoint=False)
def replace_sketch(*, code: str, definition: Definition, actor: Actor) -> None:
    """Put an imported definition in the sketch's place, to be looked at and published.

    DomainError where a town's file changes what is the province's: a name, a type, what the law asks, the documents.
    """
    standing = _open(code, actor)
    check_allowed(standing, definition)
    assert standing.sketch
    standing.sketch.definition = {**standing.definition, "documents": definition["documents"]}
    _save(standing, definition["fields"], actor)


def check_allowed(standing: Standing, definition: Definition) -> None:
    """Refuse what a town may not do to the province's form."""
    if standing.is_province:
        return
    refused = fit(standing.base, diff(standing.base, definition)).conflicts
    if refused or definition["documents"] != standing.base["documents"]:
        labels = [
            in_language((find_question(standing.base, one["field"]) or one["question"])["labels"]) for one in refused
        ]
        text = _("This belongs to the province and can't be changed here: %(what)s.")
        raise DomainError(text % {"what": ", ".join(dict.fromkeys(labels)) or _("Documents")}, code="provinces")


@transaction.atomic(savepoint=False)
def discard_sketch(*, code: str, actor: Actor) -> None:
    """Throw away what has not been published."""
    standing = look(code, lock=True, actor=actor)
    if standing.sketch:
        standing.sketch.delete()


def about_change(change: dict[str, Any], *definitions: Definition) -> str:
    """The text of the question that a change is about, in the reader's language."""
    for definition in definitions:
        if question := find_question(definition, change["field"]):
            return in_language(question["labels"])
    return in_language(change["question"]["labels"]) if "question" in change else str(change["field"])

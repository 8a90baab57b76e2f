"""The steps of a request: who applies, the pages of the form, the documents; and what was answered in each."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from case_files.constants import NotificationChannel
from core.audit.services import Actor
from core.identity.constants import PersonKind
from core.municipalities.services import find_town
from core.notifications.services import preference_of
from core.representation.models import Power
from core.representation.services import by_certificate, powers_for

from .catalogue import Definition, Form, FormDocument, FormField
from .constants import AppliesAs, DocumentSource, FieldType
from .forms import applicant
from .forms.building import HOURS, PageForm, TownOptions, page_form
from .forms.fields import Address
from .forms.widgets import Parts, PersonRows, as_multi
from .hours import offered_hours
from .known import kind_of, known_of
from .models import TownListItem
from .representable import lists_of
from .spans import spans_of

YOU, REPRESENTED, POSTAL, DOCUMENTS = "you", "represented", "postal", "documents"
JOINT = applicant.JOINT
# what a question of several inputs puts after its name
ROW_END, PART_END = re.compile(r"_(count|\d+_\w+)"), re.compile(r"_\d+")
REPRESENTATION = "rep"  # the document that proves it
OBJECTS_TO, OBJECTION_REASON = "objects_to", "objection_reason"  # inputs of the documents' step
CONSENTS_TO, CONSENTED_AT = "consents_to", "consented_at"
ADDRESS = ("street", "number", "floor", "postcode", "town")  # the inputs of an address, in their order
Raw = Mapping[str, Mapping[str, list[str]]]  # a draft's data: step → input → what was typed


@dataclass(frozen=True)
class Slot:
    """A document that can be attached: of the catalogue's documents, or a file field of the form."""

    code: str  # DocumentType.code, or `field:<name>`
    names: dict[str, str]
    required: bool
    hints: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    slug: str
    fields: tuple[FormField, ...] = ()
    slots: tuple[Slot, ...] = ()
    part: int = 0  # of the form, where it has several pages
    possible: tuple[FormField, ...] = ()  # its fields, and those that another answer of the page may yet ask

    @property
    def title(self) -> str:
        titles = {
            YOU: _("Your details"),
            REPRESENTED: _("Whom you act for"),
            JOINT: _("Who applies with you"),
            POSTAL: _("Your postal address"),
            DOCUMENTS: _("Documents"),
        }
        if self.part:
            return _("Your request, part %(part)s") % {"part": self.part}
        return titles.get(self.slug) or _("Your request")


@dataclass
class Journey:
    """A draft's steps as its answers make them, for the actor who goes through them."""

    definition: Definition
    form: Form
    raw: Raw
    actor: Actor
    email: str = ""
    language: str = "eu"
    town_options: TownOptions = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, Any]:
        """Input → what was typed; a list where several were."""
        return {
            name: values[0] if len(values) == 1 else values
            for inputs in self.raw.values()
            for name, values in inputs.items()
        }

    @cached_property
    def powers(self) -> list[Power]:
        """Those of the register by which she may file this for whom she acts for; asked only where she acts for one."""
        company = self.applies_as == AppliesAs.COMPANY
        found = powers_for(self.actor, self.definition.code, town_id=self.actor.municipality_id or 0)
        return [one for one in found if (one.grantor_kind != PersonKind.NATURAL) == company]

    @property
    def objections(self) -> dict[str, str]:
        """Document → why: what she does not want looked up, and brings herself (Ley 39/2015, art. 28.2)."""
        sent = self.raw.get(DOCUMENTS, {})
        reason = "".join(sent.get(OBJECTION_REASON, []))
        known = {document.code for document in self.objectable}
        return {code: reason for code in sent.get(OBJECTS_TO, []) if code in known}

    @property
    def objectable(self) -> list[FormDocument]:
        """What would be looked up, were it not for her objection."""
        looked_up = [document for document in self.form.looked_up if not document.needs_consent]
        return [document for document in looked_up if document.code != REPRESENTATION]

    @property
    def consentable(self) -> list[FormDocument]:
        """What is looked up only if she consents: asked of whoever is known to be herself, and for herself."""
        if not (self.actor.is_citizen and self.actor.proved and self.applies_as == AppliesAs.SELF):
            return []
        return [document for document in self.form.looked_up if document.needs_consent]

    @property
    def consented(self) -> list[FormDocument]:
        """What she has consented to; of the rest she brings the document."""
        ticked = self.raw.get(DOCUMENTS, {}).get(CONSENTS_TO, [])
        return [document for document in self.consentable if document.code in ticked]

    @property
    def looked_up(self) -> list[dict[str, Any]]:
        """What the case file has to look up: {code, names, required, and her `objection` where there is one}."""
        why = self.objections
        return [
            {"code": one.code, "names": one.names, "required": one.required}
            | ({"objection": why[one.code]} if one.code in why else {})
            for one in [*self.objectable, *self.consented]
        ]

    @property
    def applies_as(self) -> str:
        choices = applicant.capacities(self.definition)
        return str(self.answers.get("you_as") or (choices[0] if choices else AppliesAs.SELF))

    @property
    def steps(self) -> list[Step]:
        return list(self._steps())

    def _steps(self) -> Iterator[Step]:
        answers = self.answers
        if not applicant.needs_no_questions(self.definition, self.actor):
            yield Step(YOU)
            if self.applies_as != AppliesAs.SELF:
                yield Step(REPRESENTED)
            if applicant.is_joint(answers, self.definition):
                yield Step(JOINT)
            if applicant.channel_of(answers, self.applies_as) == NotificationChannel.PAPER:
                yield Step(POSTAL)
        asked = self.form.asked(answers)
        pages: dict[int, list[FormField]] = {page: [] for page in self.form.pages}
        for one in asked:
            if one.type != FieldType.FILE:
                pages[one.page].append(one)
        filled = [page for page, fields in pages.items() if fields]
        for part, page in enumerate(filled, start=1):
            possible = tuple(self._possible(page, pages[page]))
            yield Step(str(page), tuple(pages[page]), part=part if len(filled) > 1 else 0, possible=possible)
        if slots := tuple(self._slots(asked)):
            yield Step(DOCUMENTS, slots=slots)

    def _possible(self, page: int, asked: Iterable[FormField]) -> Iterator[FormField]:
        there = {one.name for one in asked}
        for one in self.form.on_page(page):
            if one.type != FieldType.FILE and (one.name in there or one.condition["field"] in there):
                there.add(one.name)  # and so is what hangs on this one
                yield one

    def _slots(self, asked: Iterable[FormField]) -> Iterator[Slot]:
        for one in asked:
            if one.type == FieldType.FILE:
                yield Slot(f"field:{one.name}", one.labels, one.required, one.hints)
        objections, consented = self.objections, self.consented
        for document in self.form.documents:
            if document.source == DocumentSource.APPLICANT:
                yield Slot(document.code, document.names, document.required)
            elif document.code == REPRESENTATION and self.applies_as != AppliesAs.SELF:
                yield Slot(document.code, document.names, False)
            elif document.code in objections or (document.needs_consent and document not in consented):
                yield Slot(document.code, document.names, document.required)

    def find(self, slug: str) -> Step | None:
        return next((step for step in self.steps if step.slug == slug), None)

    def asking(self, kind: FieldType) -> Step | None:
        """The first step with a question of this kind."""
        return next((step for step in self.steps if any(one.type == kind for one in step.fields)), None)

    def after(self, slug: str) -> Step | None:
        """The next step, or None where the check follows."""
        steps = self.steps
        slugs = [step.slug for step in steps]
        at = slugs.index(slug) + 1 if slug in slugs else 0
        return steps[at] if at < len(steps) else None

    def before(self, slug: str) -> Step | None:
        steps = self.steps
        slugs = [step.slug for step in steps]
        at = slugs.index(slug) - 1 if slug in slugs else len(steps) - 1
        return steps[at] if at >= 0 else None

    def form_for(
        self, step: Step, *, data: Any = None, add_row_to: str = "", bound: bool = True, offering: bool = False
    ) -> PageForm:
        """The step's form: bound to `data` where something is sent, else to what the draft keeps of it.

        `offering`: she has it before her, so that free hours are looked up, and what the town holds of her.
        """
        is_kept = data is None and bound and step.slug in self.raw
        hours = self._hours(step, offering=offering or data is not None)
        if is_kept:
            data = as_multi(self.raw[step.slug])
        form = page_form(
            step.fields,
            town_options={**self.town_options, **hours},
            data=data,
            add_row_to=add_row_to,
            first=self._own(step, data, bound=is_kept),
            possible=step.possible,
            spans=spans_of(self.definition.code),
        )
        self._begin(step, form, fresh=offering and not form.is_bound)
        return form

    def _begin(self, step: Step, form: PageForm, *, fresh: bool) -> None:
        """What the page shows before anything is typed; what the town holds of her only as she sees it `fresh`."""
        if step.slug in (YOU, POSTAL):
            chosen = preference_of(self.actor.person_id) if fresh else None
            if step.slug == YOU:
                form.initial = applicant.initial(self.actor, email=self.email, language=self.language, chosen=chosen)
            elif chosen:
                form.initial = {"you_address": [chosen.address.get(part, "") for part in ADDRESS]}
        elif step.slug == REPRESENTED:
            form.initial = self._represented()
        elif self.actor.municipality_id:  # most addresses are of the town itself
            town = find_town(self.actor.municipality_id).municipality.name
            for one in (*form.fields.values(), *form.waiting.fields.values()):
                if isinstance(one, Address):
                    one.initial = ["", "", "", "", town]
            if fresh and self.actor.proved and self.applies_as == AppliesAs.SELF:
                self._prefill(step, form)

    def _prefill(self, step: Step, form: PageForm) -> None:
        """Answers that the town holds of who has proved who she is, with where they come from; hers to change."""
        kinds = {one.name: kind for one in step.fields if (kind := kind_of(self.definition.code, one))}
        for known in known_of(self.actor.person_id or 0) if kinds else ():
            for name, kind in kinds.items():
                if kind in known.values:
                    field = form.fields[name]
                    field.initial = known.values[kind]
                    field.help_text = f"{field.help_text} {known.source}".strip()

    def _hours(self, step: Step, *, offering: bool) -> TownOptions:
        """The free hours where the page asks for one, and none has to be listed where one was chosen before."""
        asked = next((one.name for one in step.possible if one.type == FieldType.APPOINTMENT), "")
        if not asked:
            return {}
        days = offered_hours(self.definition.code, self.answers) if offering else []
        return {HOURS: days} if days or asked in self.raw.get(step.slug, {}) else {}

    def _represented(self) -> dict[str, str]:
        """A company's certificate says for whom it speaks."""
        company = by_certificate(self.actor) if self.applies_as == AppliesAs.COMPANY else None
        return {"represented_name": company.name, "represented_identifier": company.nif} if company else {}

    def _own(self, step: Step, data: Any, *, bound: bool) -> dict[str, forms.Field]:
        if step.slug == YOU:
            return applicant.you_fields(self.definition, self.actor)
        if step.slug == REPRESENTED:
            told = data or {}
            chosen = str(told.get("represented_power", ""))
            # `bound`: who wrote the other's name had no power to choose from: sending does not ask the register again
            wrote = bound and not chosen and told.get("represented_name")
            offered = [] if wrote else [(one.number, _whose(one)) for one in self.powers]
            return applicant.represented_fields(self.definition, self.applies_as, powers=offered, chosen=chosen)
        if step.slug == JOINT:
            return applicant.joint_fields(self.definition)
        return applicant.postal_fields() if step.slug == POSTAL else {}


def _whose(power: Power) -> str:
    number = f" ({power.grantor_identifier})" if power.grantor_identifier else ""
    return f"{power.grantor_name}{number} · {power.number}"


def town_options(municipality_id: int, fields: Iterable[FormField]) -> TownOptions:
    """The choices of the lists that these fields ask from, the town's own or of what it offers; no statement where none
    does."""
    wanted = {one.town_list for one in fields if one.town_list}
    options = lists_of(municipality_id, wanted)
    if wanted := wanted - options.keys():
        rows = TownListItem.objects.filter(
            municipality=municipality_id, town_list__code__in=wanted, active=True
        ).select_related("town_list")
        for item in rows:
            options.setdefault(item.town_list.code, []).append((item.value, item.label))
    return options


def inputs_of(form: forms.Form, name: str, data: Collection[str]) -> list[str]:
    """Those of the sent inputs that belong to one question."""
    widget = form.fields[name].widget
    if not isinstance(widget, PersonRows | Parts):
        return [name] if name in data else []
    tail = ROW_END if isinstance(widget, PersonRows) else PART_END
    return [one for one in data if one.startswith(name) and tail.fullmatch(one, len(name))]


def kept(form: forms.Form, data: Any) -> dict[str, list[str]]:
    """What is kept of a step, as it was typed: only the inputs of its own form."""
    names = {one for name in form.fields for one in inputs_of(form, name, data)}
    return {name: data.getlist(name) for name in sorted(names)}

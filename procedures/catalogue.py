"""Procedures and their forms as values, from memory: every page of a journey asks, and they change a few times a year.

A `Form` never changes under its id, so it is kept for good; which form is a procedure's today is asked again after
`SECONDS_FRESH`.
"""

import dataclasses
import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from core.interoperability.constants import needs_consent

from .automatic import is_answered_at_once, term_of
from .constants import DocumentSource
from .definitions.fitting import fit
from .definitions.schema import NO_TEXTS, to_current
from .models import FormVersion, Procedure, ProcedureDocument, ProcedureField, TownForm, WorkflowStep

SECONDS_FRESH = 60


def in_language(texts: dict[str, str], language: str | None = None) -> str:
    """The text in the language, by default the reader's; Basque where there is none."""
    return texts.get(language or (get_language() or "eu")[:2]) or texts["eu"]


@dataclass(frozen=True)
class FormField:
    name: str
    type: str
    required: bool
    page: int
    labels: dict[str, str]
    hints: dict[str, str]
    options: list[dict[str, str]]
    town_list: str
    condition: dict[str, Any]
    helps: dict[str, str] = dataclasses.field(default_factory=dict)  # a longer explanation, opened on request
    locked: bool = False  # the law asks it: a town neither hides nor loosens it

    def is_asked(self, answers: Mapping[str, Any]) -> bool:
        """Whether the answers so far make this a question at all; `Form.asked` also looks at what it hangs on."""
        if not self.condition:
            return True
        answer = answers.get(self.condition["field"])
        chosen = answer if isinstance(answer, list) else [answer]
        return any(one in self.condition["equals"] for one in chosen)


@dataclass(frozen=True)
class FormDocument:
    code: str
    names: dict[str, str]
    source: str
    required: bool

    @property
    def name(self) -> str:
        return in_language(self.names)

    @property
    def needs_consent(self) -> bool:
        """Whether it is looked up only with her consent; without it she brings it."""
        return self.source != DocumentSource.APPLICANT and needs_consent(self.code)


@dataclass(frozen=True)
class Form:
    id: int  # of the province's version
    digest: str
    fields: tuple[FormField, ...]
    documents: tuple[FormDocument, ...]
    town_form_id: int | None = None  # of the town's changes, already made here

    @property
    def pages(self) -> list[int]:
        return sorted({field.page for field in self.fields})

    @property
    def looked_up(self) -> list[FormDocument]:
        """What nobody has to bring (Ley 39/2015, art. 28): the town hall has it or asks for it."""
        return [document for document in self.documents if document.source != DocumentSource.APPLICANT]

    def asked(self, answers: Mapping[str, Any]) -> list[FormField]:
        """The questions that these answers leave; the answer to one that is not asked counts for nothing."""
        found: dict[str, FormField] = {}
        for field in self.fields:
            if not field.condition or (field.condition["field"] in found and field.is_asked(answers)):
                found[field.name] = field
        return list(found.values())

    def on_page(self, page: int) -> list[FormField]:
        return [field for field in self.fields if field.page == page]


@dataclass(frozen=True)
class Definition:
    """A procedure of the province as it stands today."""

    id: int
    code: str
    family: str  # its prefix
    names: dict[str, str]
    applicants: list[str]
    identity_level: str
    term_value: int | None
    term_unit: str
    silence: str
    sla_days: int | None
    fee: str
    automatic: bool
    initiation: str
    output: str
    discreet: bool
    joint_most: int
    joint_days: int
    workflow: str
    steps: list[dict[str, Any]]  # [{code, optional, names: {eu, es, en}}]
    form: Form

    @property
    def name(self) -> str:
        return in_language(self.names)

    @property
    def is_registered(self) -> bool:
        """Whether the request gets an entry in the book."""
        return any(step["code"] == "register_in" for step in self.steps)


_forms: dict[tuple[int, int | None], Form] = {}
_definitions: dict[str, tuple[float, Definition]] = {}
_codes: dict[int, str] = {}


def forget_definitions() -> None:
    """Read the catalogue again at the next question (after a change in this process, and between tests)."""
    _forms.clear()
    _definitions.clear()
    _codes.clear()


def find_definition(code: str) -> Definition | None:
    """The procedure with this code as it stands today, or None."""
    read_at, known = _definitions.get(code, (0.0, None))
    if known and time.monotonic() - read_at < SECONDS_FRESH:
        return known
    procedure = Procedure.objects.select_related("family", "workflow", "form_version").filter(code=code).first()
    if procedure is None or procedure.form_version is None:
        return None
    fresh = _define(procedure)
    _definitions[code] = (time.monotonic(), fresh)
    _codes[fresh.id] = code
    return fresh


def definition_of(procedure_id: int) -> Definition:
    """The procedure of a draft."""
    code = _codes.get(procedure_id) or Procedure.objects.values_list("code", flat=True).get(pk=procedure_id)
    found = find_definition(code)
    if found is None:
        raise LookupError(f"{code} has no form")
    return found


def find_form(version_id: int, town_form_id: int | None = None) -> Form:
    """The form that a draft was begun with: the province's version, and over it what its town changes.

    Both rows never change and `fit` depends on nothing else, so that the same form comes of them on any day.
    """
    if (version_id, town_form_id) not in _forms:
        town_form = TownForm.objects.get(pk=town_form_id) if town_form_id else None
        _keep(FormVersion.objects.get(pk=version_id), town_form)
    return _forms[version_id, town_form_id]


def _keep(version: FormVersion, town_form: TownForm | None = None) -> Form:
    definition, digest = to_current(version.definition, version.schema), version.digest
    if town_form:
        definition = fit(definition, town_form.changes).definition
        digest = digest_of(definition)
    return _forms.setdefault(
        (version.pk, town_form.pk if town_form else None), form_of(definition, version.pk, town_form, digest)
    )


def form_of(definition: dict[str, Any], version_id: int, town_form: TownForm | None = None, digest: str = "") -> Form:
    """A definition as a value; one that is still being edited has no digest."""
    return Form(
        id=version_id,
        town_form_id=town_form.pk if town_form else None,
        digest=digest,
        fields=tuple(FormField(**field) for field in definition["fields"]),
        documents=tuple(FormDocument(**document) for document in definition["documents"]),
    )


def digest_of(definition: dict[str, Any]) -> str:
    """The same for the same questions and documents, in the same order."""
    text = json.dumps(definition, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def names_of(row: Any, stem: str = "name") -> dict[str, str]:
    """`{eu, es, en}` of a translated row."""
    return {language: getattr(row, f"{stem}_{language}") or "" for language in ("eu", "es", "en")}


def _define(procedure: Procedure) -> Definition:
    codes = [step["code"] for step in procedure.workflow.steps]
    steps = {step.code: names_of(step) for step in WorkflowStep.objects.filter(code__in=codes)}
    value, unit = term_of(procedure)
    return Definition(
        id=procedure.pk,
        code=procedure.code,
        family=procedure.family.prefix,
        names=names_of(procedure),
        applicants=procedure.applicants,
        identity_level=procedure.identity_level,
        term_value=value,
        term_unit=unit,
        silence=procedure.silence,
        sla_days=procedure.sla_days,
        fee=procedure.fee,
        automatic=is_answered_at_once(procedure),
        initiation=procedure.initiation,
        output=procedure.output,
        discreet=procedure.discreet,
        joint_most=procedure.joint_most,
        joint_days=procedure.joint_days,
        workflow=procedure.workflow.code,
        steps=[step | {"names": steps[step["code"]]} for step in procedure.workflow.steps],
        form=_keep(procedure.form_version),  # type: ignore[arg-type]
    )


def publish_forms(procedure_ids: Iterable[int]) -> None:
    """Make what stands in fields and documents the form of new drafts; where nothing changed, nothing does."""
    ids = list(procedure_ids)
    fields: dict[int, list[dict[str, Any]]] = {}
    for field in ProcedureField.objects.filter(procedure__in=ids):
        fields.setdefault(field.procedure_id, []).append(
            {
                **{name: getattr(field, name) for name in ("name", "type", "required", "page", "options", "town_list")},
                "labels": names_of(field, "label"),
                "hints": names_of(field, "hint"),
                "helps": NO_TEXTS,
                "condition": field.condition,
                "locked": field.required,
            }
        )
    documents: dict[int, list[dict[str, Any]]] = {}
    for needed in ProcedureDocument.objects.filter(procedure__in=ids).select_related("type"):
        documents.setdefault(needed.procedure_id, []).append(
            {
                "code": needed.type.code,
                "names": names_of(needed.type),
                "source": needed.type.source,
                "required": needed.required,
            }
        )
    write_versions({one: {"fields": fields.get(one, []), "documents": documents.get(one, [])} for one in ids})


@transaction.atomic(savepoint=False)
def write_versions(definitions: dict[int, dict[str, Any]]) -> None:
    """Make each procedure's definition (by its id) the form of new drafts; one that stood before keeps its number."""
    procedures = {
        row.pk: row for row in Procedure.objects.select_for_update(no_key=True).filter(pk__in=definitions).only("pk")
    }
    known = FormVersion.objects.filter(procedure__in=definitions).defer("definition")
    last: dict[int, int] = {}
    for version in known:
        last[version.procedure_id] = max(last.get(version.procedure_id, 0), version.number)
    digests = {one: digest_of(definition) for one, definition in definitions.items()}
    there = {(version.procedure_id, version.digest): version.pk for version in known}
    new = [
        FormVersion(procedure_id=one, number=last.get(one, 0) + 1, digest=digests[one], definition=definition)
        for one, definition in definitions.items()
        if (one, digests[one]) not in there
    ]
    there |= {(version.procedure_id, version.digest): version.pk for version in FormVersion.objects.bulk_create(new)}
    for one, procedure in procedures.items():
        procedure.form_version_id = there[one, digests[one]]
    Procedure.objects.bulk_update(procedures.values(), ["form_version"])
    forget_definitions()

"""A procedure from its first question to its end, through the services: filed by a citizen, and each step done by a
clerk who holds that step's role and no other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from case_files.constants import ActionForm, DocumentRole, Outcome, State, TaskState
from case_files.models import CaseDocument, CaseFile, CaseTask
from case_files.outputs import output_of
from case_files.steps import rule_of
from census.constants import IdentifierType, Variation
from census.models import Movement, Resident
from census.services import (
    change_personal_data,
    confirm_staying,
    home_of,
    register_arrival,
    register_birth,
    remove,
)
from census.services.changing import STEP, settle
from census.services.moving import confirm_move
from core.audit.constants import ActorKind, Channel, Level
from core.audit.services import Actor
from core.documents.services import render_and_seal, verify
from core.identity.constants import Role
from core.identity.models import User
from core.municipalities.constants import Module
from core.municipalities.models import ModuleAdoption, Municipality
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns
from procedures.catalogue import Definition, find_definition
from procedures.models import Draft
from procedures.services import Submitted, attach, enable_procedures, journey_of, save_step, start, submit
from procedures.steps import DOCUMENTS, REPRESENTED, YOU, Journey, Step
from tests.case_files.files import do, open_notifications
from tests.cast import make_clerk, make_person
from tests.census.people import ane, child, dwelling, personal

from .answers import REPRESENTED as WHOM
from .answers import YOU as WHO
from .answers import samples

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
MOST_STEPS = 40


def begin(code: str, actor: Actor) -> tuple[Draft, Journey]:
    """A draft with every question answered and every obligatory document attached."""
    definition = find_definition(code)
    assert definition
    begun, _token = start(procedure=definition, language="eu", another=bool(actor.user_id), actor=actor)
    draft = Draft.objects.select_for_update().get(pk=begun.pk)
    for _turn in range(12):
        journey = journey_of(draft, email="ane@example.eus", actor=actor)
        step = next(
            (one for one in journey.steps if one.slug not in draft.done_steps and not _is_met(draft, one)), None
        )
        if step is None:
            return draft, journey
        _answer(draft, journey, step, actor)
    raise AssertionError(f"{code}: the steps have no end")


def _is_met(draft: Draft, step: Step) -> bool:
    held = {one["type"] for one in draft.attachments}
    return step.slug == DOCUMENTS and all(slot.code in held for slot in step.slots if slot.required)


def _answer(draft: Draft, journey: Journey, step: Step, actor: Actor) -> None:
    if step.slug == DOCUMENTS:
        for slot in step.slots:
            if slot.required:
                upload = SimpleUploadedFile(f"{slot.code.replace(':', '-')}.pdf", PDF + slot.code.encode())
                attach(draft=draft, type_code=slot.code, file=upload, actor=actor)
        return
    inputs = samples(step.possible)
    if step.slug == YOU:
        choices = dict(getattr(journey.form_for(step).fields.get("you_as"), "choices", [("self", "")]))
        inputs = WHO | {"you_as": "self" if "self" in choices else next(iter(choices))}
    elif step.slug == REPRESENTED:
        inputs = WHOM[journey.applies_as]
    data: MultiValueDict[str, str] = MultiValueDict({name: [value] for name, value in inputs.items()})
    form = save_step(draft=draft, journey=journey, step=step, data=data, actor=actor)
    assert form.is_complete(), (journey.definition.code, step.slug, dict(form.errors))


def file(code: str, actor: Actor) -> Submitted:
    """Send it; Incomplete where an answer or a document is missing."""
    draft, journey = begin(code, actor)
    return submit(draft=draft, journey=journey, actor=actor)


@dataclass
class Office:
    """One clerk for each role; `citizen` opens what is notified to her."""

    clerks: Mapping[Role, Actor]
    citizen: Actor

    def work(self, case_file: CaseFile) -> CaseFile:
        """Do every step until the file is closed."""
        for _turn in range(MOST_STEPS):
            case_file.refresh_from_db()
            if case_file.state in (State.CLOSED, State.WITHDRAWN):
                return case_file
            tasks = CaseTask.objects.filter(case_file=case_file, state=TaskState.OPEN).order_by("pk")
            if task := tasks.first():
                self._do(case_file, task)
            elif not open_notifications(case_file, self.citizen):
                raise AssertionError(f"{case_file.procedure_code} is stuck at {case_file.step}")
        raise AssertionError(f"{case_file.procedure_code} does not end")

    def _do(self, case_file: CaseFile, task: CaseTask) -> None:
        rule = rule_of(task.step)
        clerk = self.clerks[rule.roles[0]]
        if task.step == STEP:
            change_padron(case_file, task, clerk)
            return
        outcome = Outcome.ANSWERED if rule.form == ActionForm.ANSWER else Outcome.GRANTED
        do(CaseTask.objects.select_related("case_file").get(pk=task.pk), clerk, outcome)


def change_padron(case_file: CaseFile, task: CaseTask, officer: Actor) -> None:
    """What the census desk does by hand where the filed answers leave a doubt, as those of the tests do."""
    resident = Resident.objects.filter(identifier="12345678Z").first() or ane()
    home = home_of(resident)
    assert home
    code, day = case_file.procedure_code, date(2026, 1, 2)
    if code == "PAD-003":
        confirm_move(
            case_file=case_file, dwelling=dwelling(number=str(100 + case_file.pk)), residents=[resident], on=day,
            task=task, actor=officer,
        )  # fmt: skip
        return
    baby = {"given_name": "Unai", "surname1": "Goiri", "surname2": "Etxebarria"}
    works: dict[str, Callable[[str, Actor], object]] = {
        "PAD-001": lambda ref, actor: register_arrival(
            personal=personal(given_name="Jon", identifier="", identifier_type=IdentifierType.NONE),
            dwelling=home.dwelling, on=day, origin="48020", case_reference=ref, actor=actor,
        ),
        "PAD-002": lambda ref, actor: register_birth(
            personal=personal(**baby, born_on=day, identifier="", identifier_type=IdentifierType.NONE),
            parent=resident, case_reference=ref, actor=actor,
        ),
        "PAD-004": lambda ref, actor: change_personal_data(
            resident=resident, changes={"birth_place_name": "Mundaka"}, case_reference=ref, actor=actor
        ),
        "PAD-005": lambda ref, actor: remove(
            resident=child(home.dwelling), variation=Variation.UNDUE, on=day, case_reference=ref, actor=actor
        ),
        "PAD-012": lambda ref, actor: confirm_staying(
            resident=child(home.dwelling), variation=Variation.RENEWAL, case_reference=ref, actor=actor
        ),
        "PAD-013": lambda ref, actor: confirm_staying(
            resident=child(home.dwelling), variation=Variation.CONFIRMATION, case_reference=ref, actor=actor
        ),
    }  # fmt: skip
    works["PAD-015"] = works["PAD-005"]
    settle(case_file=case_file, work=works[code], actor=officer)


def output_stands(case_file: CaseFile, definition: Definition) -> bool:
    """Whether what the procedure ends with is there: a document of that name, sealed, that its code verifies; and a
    movement of the padrón with the file's reference where the workflow changes it."""
    changes = any(step["code"] == "census_update" for step in case_file.workflow)
    if changes and not Movement.objects.filter(case_reference=case_file.reference).exists():
        return False
    places = CaseDocument.objects.filter(case_file=case_file).select_related("document")
    if output_of(definition.output):
        found = places.filter(type_code=definition.output).last()
    else:
        found = places.filter(role__in=(DocumentRole.RESOLUTION, DocumentRole.OUTPUT)).last()
    if found is None:
        return False
    version = render_and_seal(found.document_id)
    verified = verify(found.document.csv)
    return bool(version.sealed_at and verified and verified.intact)


def furnish(slug: str) -> tuple[int, Office]:
    """A town of the loaded county with every module and procedure, a clerk for each role, and a resident who has proved
    who she is; its id, and its office."""
    town = Municipality.objects.get(slug=slug)
    person = make_person("Ane", "Etxebarria", "Uriarte", "12345678Z", proved=True)
    citizen = User.objects.create_user("ane@example.eus", "pw", name=str(person), person=person)
    with acting_for(town.pk):
        for module in Module:
            ModuleAdoption.objects.get_or_create(municipality=town, module=module)
        enable_procedures(town.pk)
        ane()
    forget_towns()
    roles = [role for role in Role if role != Role.OPERATOR]
    clerks = {role: make_clerk(f"{role}@{slug}.example", str(role.label), town, [role]) for role in roles}
    common: dict[str, Any] = {"municipality_id": town.pk, "level": Level.CERTIFICATE}
    return town.pk, Office(
        {
            role: Actor(
                kind=ActorKind.CLERK, channel=Channel.ADMIN, name=str(user), user_id=user.pk, roles=frozenset({role}),
                **common,
            )
            for role, user in clerks.items()
        },
        Actor(
            kind=ActorKind.CITIZEN, channel=Channel.WEB, name=str(person), user_id=citizen.pk, person_id=person.pk,
            proved=True, **common,
        ),
    )  # fmt: skip

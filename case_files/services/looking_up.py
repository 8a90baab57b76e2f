"""Once only, in a case file: the look-ups of its steps, made by a worker, and what they leave to a person.

The step's task is there from the start, so that a look-up that nobody answers keeps nothing waiting.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from case_files.constants import State, TaskState
from case_files.history import in_reader_language
from case_files.models import CaseDocument, CaseFile, CaseTask
from core.audit.services import SYSTEM, Actor
from core.identity.models import Person
from core.interoperability.constants import IDENTITY, LookupState, all_kinds, kind_of_document
from core.interoperability.models import DataLookup
from core.interoperability.services import Away, ask_outside, can_be_asked, fail, look_up, lookups_of, object_to
from core.notifications.services import Temporary, outbox, put, register_effect

from .base import lock, parties_of
from .handling import go_on
from .papers import bilingual, said
from .workflow import in_languages, register_step

LOOK_UP, ASK = "case_files.look_up", "case_files.ask_outside"
BRING = gettext_noop("Bring this document, which could not be looked up: %(name)s")


def connect() -> None:
    """Called once, at start."""
    register_effect(LOOK_UP)(_look_up)
    register_effect(ASK, on_failure=_not_answered)(_ask)


@register_step("interop_check")
@register_step("verify_identity_interop")
def begin_look_ups(case_file: CaseFile, task: CaseTask | None, actor: Actor) -> str | None:
    """A worker looks up what it can; the task says what is left to a person."""
    if not _wanted(case_file):
        return gettext_noop("Nothing of this file is looked up by itself: check it by hand.")
    key = f"look-up:{case_file.reference}:{case_file.step}"
    outbox([put(LOOK_UP, key=key, payload={"reference": case_file.reference, "step": case_file.step})])
    return gettext_noop("The look-ups are under way. You can go on without them.")


@register_step("record_objection")
def record_objection(case_file: CaseFile, task: CaseTask | None, actor: Actor) -> str | None:
    """DAT-003, granted: from now on nobody looks up what the applicant named."""
    persons = [party.person_id for party in parties_of(case_file) if party.person_id and party.represents_id is None]
    named = case_file.data.get("services_opposed") or []
    kinds = [kind.code for kind in all_kinds().values() if kind.opposed and kind.opposed in named]
    if not persons or not kinds:
        return gettext_noop("It is not known who objects, or to what: note it by hand.")
    procedure = str(case_file.data.get("procedure_code") or "").strip().upper()[:20]
    for kind in kinds:
        object_to(
            person_id=persons[0],
            kind=kind,
            procedure_code=procedure,
            reason=str(case_file.data.get("reason") or ""),
            case_reference=case_file.reference,
            actor=actor,
        )
    return None


def _wanted(case_file: CaseFile) -> list[dict[str, Any]]:
    """The documents nobody has to bring, as the form named them: {code, names, required, objection?}; what was brought
    all the same is left out."""
    asked = case_file.form.get("looked_up") or []
    if not asked:
        return []
    codes = CaseDocument.objects.filter(case_file=case_file).exclude(type_code="").values_list("type_code", flat=True)
    there = set(codes)
    return [document for document in asked if document["code"] not in there]


def _look_up(payload: dict[str, Any]) -> None:
    """Make the step's look-ups, unless a clerk has finished it meanwhile: then there is no purpose left."""
    case_file = CaseFile.objects.get(reference=payload["reference"])
    if _task(case_file, payload["step"]) is None:
        return
    party = next((party for party in parties_of(case_file) if party.person_id and party.represents_id is None), None)
    if party is not None and party.person is not None:
        rows = [_one(case_file, document, party.person) for document in _askable(case_file)]
        waiting = [row for row in rows if row.state == LookupState.ASKED]
        outbox(put(ASK, key=f"ask:{row.pk}:{row.request_id}", payload={"lookup": row.pk, **payload}) for row in waiting)
        if waiting:
            return
    settle(case_file, payload["step"])


def _askable(case_file: CaseFile) -> list[dict[str, Any]]:
    documents = [(document, kind_of_document(document["code"])) for document in _wanted(case_file)]
    return [document for document, kind in documents if kind and can_be_asked(kind.code)]


def _one(case_file: CaseFile, document: dict[str, Any], person: Person) -> DataLookup:
    kind = kind_of_document(document["code"])
    return look_up(
        kind=kind.code if kind else IDENTITY,
        person=person,
        case_reference=case_file.reference,
        procedure_code=case_file.procedure_code,
        purpose=case_file.title_es,
        objection=document.get("objection"),
        actor=SYSTEM,
    )


def _ask(payload: dict[str, Any]) -> None:
    try:
        ask_outside(payload["lookup"])
    except Away as error:
        raise Temporary(str(error)) from error
    _settle_if_all_came(payload)


def _not_answered(payload: dict[str, Any], error: str) -> None:
    fail(payload["lookup"], bilingual(gettext_noop("The other administration did not answer.")))
    _settle_if_all_came(payload)


def _settle_if_all_came(payload: dict[str, Any]) -> None:
    # of two workers with the last two answers the second waits here, and then sees the first one's
    case_file = lock(CaseFile.objects.get(reference=payload["reference"]))
    if all(row.state != LookupState.ASKED for row in lookups_of(case_file.reference)):
        settle(case_file, payload["step"])


def settle(case_file: CaseFile, step: str) -> None:
    """Finish the step where every obligatory document was looked up and found so; else say what is left to do."""
    case_file = lock(case_file)
    task = _task(case_file, step)
    if task is None or task.assignee_id is not None:
        return
    left = _left(case_file)
    others = _other_people(case_file) if step == "verify_identity_interop" else []
    if not left and not others and case_file.state == State.OPEN:
        go_on(case_file, task, actor=SYSTEM)
        return

    def by_hand() -> str:
        names = ", ".join(in_reader_language(one) for one in left)
        lines = [_("To be looked up or asked for by hand: %(names)s.") % {"names": names}] if left else []
        if others:
            lines.append(_("To be checked by hand: %(names)s.") % {"names": ", ".join(others)})
        return " ".join(lines)

    task.said = in_languages(by_hand)
    task.save(update_fields=["said"])


def _task(case_file: CaseFile, step: str) -> CaseTask | None:
    return CaseTask.objects.filter(case_file=case_file, step=step, state=TaskState.OPEN).first()


def _left(case_file: CaseFile) -> list[dict[str, str]]:
    """The obligatory documents that no look-up has found to be so, by name in each language."""
    known = {row.kind for row in lookups_of(case_file.reference) if row.holds}
    left = []
    for document in _wanted(case_file):
        kind = kind_of_document(document["code"])
        if document["required"] and (kind is None or kind.code not in known):
            left.append(document["names"])
    return left


def _other_people(case_file: CaseFile) -> list[str]:
    """People of the answers, beside the one who applies: no look-up was made about them."""
    mine = {party.identifier for party in parties_of(case_file) if party.person_id}
    values = [row for value in case_file.data.values() for row in (value if isinstance(value, list) else [value])]
    people = [row for row in values if isinstance(row, dict) and "surnames" in row]
    return [f"{row.get('name', '')} {row['surnames']}" for row in people if row.get("identifier") not in mine]


def unanswered(case_file: CaseFile) -> dict[str, dict[str, str]]:
    """Document → what the citizen is asked for in {eu, es, en}, prepared for the clerk: its look-up failed, or she
    objected and has not brought it."""
    states = (LookupState.FAILED, LookupState.OBJECTED)
    missing = {row.kind for row in lookups_of(case_file.reference) if row.state in states or row.holds is False}
    found = {}
    for document in _wanted(case_file):
        kind = kind_of_document(document["code"])
        if kind and kind.code in missing:
            names = document["names"]
            found[document["code"]] = {
                key: text % {"name": names.get(key) or names["eu"]}
                for key, text in {**said(BRING), "en": BRING}.items()
            }
    return found


def looked_up(case_file: CaseFile) -> Sequence[DataLookup]:
    """For the clerk's page: what was asked and what came back."""
    return lookups_of(case_file.reference)

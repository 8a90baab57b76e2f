"""Opening a case file and giving it its registry entry: two verbs of one submission."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from case_files.constants import DocumentRole, LinkKind, Outcome, State, StepKind, StepState
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseParty, PartyWord
from case_files.steps import rule_of
from core.audit.services import Actor
from core.documents.models import Document
from core.municipalities.models import Unit, open_municipality
from core.municipalities.services import find_town, terms
from registry.models import Entry
from registry.services import number_of

from .base import event, next_reference, parties_of, save, write
from .branching import link
from .clock import due_day, towns_of
from .engine import FEE_STEPS, WALK_FIELDS, advance, open_task, skip_ahead, skip_to_attendance
from .finding import words_of
from .workflow import OpenedStep, Words, front, handlers, in_languages, mark, snapshot

REFERENCE = re.compile(r"\b[A-Z]{2,6}-\d{4}-\d{6}\b")


@dataclass(frozen=True)
class OpenedProcedure:
    """What a case file needs to know of the procedure that opens it; it keeps its own copy."""

    code: str
    title_eu: str
    title_es: str
    steps: Sequence[OpenedStep]
    title_en: str = ""
    term_value: int | None = None
    term_unit: str = ""  # of TermUnit; empty: the three months of art. 21.3
    silence: str = "none"
    # answered in the same visit by the room that owns the data: no task is opened, `answer_at_once` ends it
    automatic: bool = False
    # the hour of an appointment is booked with the request: what a clerk would have confirmed is done already
    given: bool = False
    discreet: bool = False
    output: str = ""  # what the file ends with, of data/outputs.csv
    handles: Sequence[str] = ()  # what units name in `handles`: ("URB", "urban")
    form: Mapping[str, Any] = field(default_factory=dict)  # the form as it was shown
    appeals: str = ""  # words in which the reference of a file of the town may stand, against which this one is


@transaction.atomic(savepoint=False)
def open_case_file(
    *,
    procedure: OpenedProcedure,
    data: Mapping[str, Any],
    parties: Sequence[CaseParty] = (),
    documents: Sequence[CaseDocument] = (),
    unit: Unit | None = None,
    summary: str = "",
    language: str,
    fee_cents: int | None = None,
    actor: Actor,
) -> CaseFile:
    """Open a case file in the open town, at its first task. At most eight statements; one is the counter's lock.

    `parties` and `documents` are unsaved rows without a file: the applicant first, a representative's `represents`
    may be one of the others. The term counts from the deemed filing (art. 21.3.b); `record_registration` follows once
    the entry is there.
    """
    unit = unit or unit_for(procedure.handles)  # before the number: its row is locked from there to the commit
    case_file = _filed(procedure, actor.municipality_id or 0, list(parties))
    case_file.data, case_file.language, case_file.fee_cents = dict(data), language, fee_cents
    case_file.summary = " ".join(summary.split())[:240]
    case_file.unit = unit
    if fee_cents:
        _choose_fee_step(case_file)
    if procedure.given:
        skip_to_attendance(case_file)
    skip_ahead(case_file)
    case_file.save(force_insert=True)
    add_parties(case_file, parties)
    attach(case_file, documents)
    given = [event(case_file, "appointment_given", actor=actor)] if procedure.given else []
    write(case_file, "opened", actor=actor, events=given)
    if procedure.appeals:
        _link_appealed(case_file, procedure.appeals, actor=actor)
    if not procedure.automatic:
        _first_task(case_file, actor=actor)
    return case_file


def _filed(procedure: OpenedProcedure, town_id: int, parties: list[CaseParty]) -> CaseFile:
    """The unsaved file with its number, its copy of the procedure, and its term."""
    town = find_town(town_id).municipality
    case_file = CaseFile(
        municipality_id=town.pk,
        reference=next_reference(town.code, town.pk),
        procedure_code=procedure.code,
        title_eu=procedure.title_eu,
        title_es=procedure.title_es,
        title_en=procedure.title_en,
        workflow=snapshot(procedure.steps, output=procedure.output),
        form=dict(procedure.form),
        term_from=terms.local_day(terms.deemed_filing(timezone.now(), town=town.pk)),
        term_value=procedure.term_value,
        term_unit=procedure.term_unit,
        silence=procedure.silence,
        discreet=procedure.discreet,
        output=procedure.output,
    )
    case_file._parties = parties  # type: ignore[attr-defined]
    case_file.due_on = _due(case_file)
    return case_file


def _link_appealed(case_file: CaseFile, words: str, *, actor: Actor) -> None:
    """Link an appeal to the file that it names: only one whose party she is, for a typed reference proves nothing."""
    named = REFERENCE.findall(words.upper())
    hers = CaseParty.objects.filter(person_id=actor.person_id or 0, case_file__reference__in=named)
    if party := hers.select_related("case_file").first():
        link(case_file, party.case_file, LinkKind.APPEALED, actor=actor)


def _choose_fee_step(case_file: CaseFile) -> None:
    """An optional step of the fee is walked where there is a fee."""
    for step in case_file.workflow:
        if step["code"] in FEE_STEPS and step["optional"]:
            mark(step, StepState.CHOSEN, terms.local_today())


def _first_task(case_file: CaseFile, *, actor: Actor, said: Mapping[str, str] | None = None) -> None:
    rule, alone = rule_of(case_file.step), len(front(case_file)) == 1
    if alone and rule.kind == StepKind.HUMAN and rule.code not in handlers:
        open_task(case_file, rule.code, said=said or {})
        return
    events = advance(case_file, actor=actor)
    save(case_file, *WALK_FIELDS)
    CaseEvent.objects.bulk_create(events)


@transaction.atomic(savepoint=False)
def record_registration(*, case_file: CaseFile, entry: Entry, receipt: Document | None = None, actor: Actor) -> None:
    """Write the entry's number in the history; one statement, three where midnight passed while it was filed.

    The term counts from the entry's deemed day (art. 21.3.b).
    """
    params = {"number": number_of(entry)}
    CaseEvent.objects.bulk_create(
        [event(case_file, "registered", actor=actor, params=params, entry=entry, document=receipt)]
    )
    filed = terms.local_day(entry.deemed_at)
    if filed != case_file.term_from:
        case_file.term_from = filed
        case_file.due_on = _due(case_file)
        save(case_file, "term_from", "due_on")


@transaction.atomic(savepoint=False)
def answer_at_once(*, case_file: CaseFile, document: Document, entry: Entry | None = None, actor: Actor) -> CaseFile:
    """End an automatic file with its saved document: no clerk is needed (Ley 40/2015, art. 41)."""
    attach(case_file, [CaseDocument(document=document, role=DocumentRole.OUTPUT, type_code=case_file.output)])
    today, now = terms.local_today(), timezone.now()
    for step in case_file.workflow:
        left_out = step["optional"] or rule_of(step["code"]).kind == StepKind.LATER
        mark(step, StepState.SKIPPED if left_out else StepState.DONE, today)
    case_file.step, case_file.state, case_file.outcome = "", State.CLOSED, Outcome.GRANTED
    case_file.resolved_at = case_file.closed_at = now
    save(case_file, *WALK_FIELDS, "outcome", "resolved_at")
    write(case_file, "answered_at_once", actor=actor, document=document, entry=entry)
    return case_file


@transaction.atomic(savepoint=False)
def hand_to_clerk(*, case_file: CaseFile, reason: Words, actor: Actor) -> None:
    """What could not be answered at once becomes a clerk's task; nothing is certified from nothing."""
    texts = in_languages(reason)
    _first_task(case_file, actor=actor, said=texts)
    write(case_file, "handed_to_clerk", actor=actor, public=False, params={"texts": texts})


def unit_for(handles: Sequence[str]) -> Unit | None:
    """The unit of the open town that handles one of these codes, else the one that takes what is left."""
    wanted = {code.lower() for code in handles}
    units = list(Unit.objects.filter(municipality_id=open_municipality() or 0, active=True).order_by("pk"))
    for unit in units:
        if wanted.intersection(code.strip().lower() for code in unit.handles.split(",")):
            return unit
    return next((unit for unit in units if unit.is_default), None)


def attach(case_file: CaseFile, documents: Sequence[CaseDocument], *, start: int = 0) -> None:
    """Put saved documents into the file, in this order; one statement."""
    for position, place in enumerate(documents, start=start):
        place.case_file, place.municipality_id, place.position = case_file, case_file.municipality_id, position
    if documents:
        CaseDocument.objects.bulk_create(documents)


def _due(case_file: CaseFile) -> date | None:
    towns = towns_of(case_file, *(party.address for party in parties_of(case_file)))
    filed = case_file.term_from or terms.local_today()
    return due_day(filed, value=case_file.term_value, unit=case_file.term_unit, towns=towns)


def add_parties(case_file: CaseFile, parties: Sequence[CaseParty]) -> None:
    """Save these parties, and the words by which the inbox finds the file."""
    for party in parties:
        party.case_file, party.municipality_id = case_file, case_file.municipality_id
    # a representative's row points at another one, which must be there first
    if first := [party for party in parties if party.represents is None]:
        CaseParty.objects.bulk_create(first)
    if second := [party for party in parties if party.represents is not None]:
        for party in second:
            party.represents = party.represents  # takes the key that it has by now
        CaseParty.objects.bulk_create(second)
    if words := {word for party in parties for word in (*words_of(party.name), party.identifier.lower()) if word}:
        PartyWord.objects.bulk_create(
            PartyWord(municipality_id=case_file.municipality_id, case_file=case_file, word=word[:60])
            for word in sorted(words)
        )

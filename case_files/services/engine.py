"""Walking the workflow: what the system does by itself, and the task that waits for a person."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from case_files.constants import Capacity, NotificationChannel, Outcome, State, StepKind, StepState, TaskState
from case_files.models import CaseEvent, CaseFile, CaseParty, CaseTask
from case_files.steps import StepRule, rule_of
from core.audit.services import Actor
from core.municipalities.services import terms
from core.notifications.constants import CLOSED, Channel
from core.notifications.models import Notification
from core.payments.constants import ChargeState
from core.payments.services import charges_of

from .base import audit, end, event, parties_of
from .workflow import (
    Step,
    Words,
    find,
    front,
    handlers,
    in_languages,
    is_parallel,
    is_refused,
    mark,
    next_step,
    rule_in,
)

# they wait for what the citizen owes for her request; a settlement after the decision is a debt of its own
FEE_STEPS = ("fee_settlement", "fee_payment")
ATTEND = "attend"  # the person comes to her appointment
WALK_FIELDS = ("workflow", "step", "state", "closed_at")


def advance(case_file: CaseFile, *, actor: Actor) -> list[CaseEvent]:
    """Walk to the next step that waits for somebody, or to the end. Sets the file's fields; the caller saves them.

    Opens the task of a person's step, and those of all that stand parallel to it. Answers with the events to be
    written.
    """
    events: list[CaseEvent] = []
    # a sibling that is still worked on, or a step that was sent back, has its task already
    taken = _open_codes(case_file) if is_parallel(case_file) else frozenset()
    while steps := front(case_file):
        case_file.step = steps[0]["code"]
        waits = [step for step in steps if not _goes_past(case_file, step, taken, events, actor=actor)]
        if waits:
            case_file.step = waits[0]["code"]
            return events
    end(case_file, State.WITHDRAWN if case_file.outcome == Outcome.WITHDRAWN else State.CLOSED, actor=actor)
    events.append(event(case_file, "closed", actor=actor))
    audit(case_file, "closed", actor=actor)
    return events


def _is_paid(case_file: CaseFile) -> bool:
    """Whether a fee was charged, and nothing of it is left to pay."""
    states = {one.state for one in charges_of(case_file.reference)}
    return ChargeState.PAID in states and ChargeState.DUE not in states


def _goes_past(
    case_file: CaseFile, step: Step, taken: frozenset[str], events: list[CaseEvent], *, actor: Actor
) -> bool:
    """Do what the system does at a step, or open its task; whether the walk goes past it now."""
    code, rule, today = step["code"], rule_of(step["code"]), terms.local_today()
    if rule.kind == StepKind.LATER or (rule.only_granted and is_refused(case_file)):
        mark(step, StepState.SKIPPED, today)
    elif code in taken:
        return False
    elif code in handlers:
        if by_hand := handlers[code](case_file, None, actor):
            open_task(case_file, code, said=in_languages(by_hand))
            return False
        mark(step, StepState.DONE, today)
        events.append(event(case_file, "step_done", actor=actor, params={"step": code, "names": step["names"]}))
    elif code in FEE_STEPS and _is_paid(case_file):
        mark(step, StepState.DONE, today)
    elif rule.kind != StepKind.SYSTEM:
        open_task(case_file, code)
        return False
    elif code in ("notify", "close") and (waiting := waiting_notifications(case_file)):
        if Channel.PAPER in waiting:  # somebody must take it to the post, and write down what came of it
            open_once(case_file, code)
        return False
    else:
        mark(step, StepState.DONE, today)
    return True


def _open_codes(case_file: CaseFile) -> frozenset[str]:
    return frozenset(CaseTask.objects.filter(case_file=case_file, state=TaskState.OPEN).values_list("step", flat=True))


def skip_ahead(case_file: CaseFile) -> None:
    """Mark what the system does before anybody is asked: no statement, so that a file is inserted where it stands."""
    today = terms.local_today()
    while step := next_step(case_file):
        case_file.step = step["code"]
        if rule_of(step["code"]).kind != StepKind.SYSTEM or step["code"] in (*handlers, "notify", "close"):
            return
        mark(step, StepState.DONE, today)


def skip_to_attendance(case_file: CaseFile) -> None:
    """Mark what comes before the person at the desk, but for a fee that is chosen: her hour is given. No statement."""
    today = terms.local_today()
    for step in case_file.workflow:
        if step["code"] == ATTEND:
            break
        if step["code"] in FEE_STEPS and step["state"] == StepState.CHOSEN:
            continue
        mark(step, StepState.SKIPPED if step["optional"] else StepState.DONE, today)
    case_file.outcome, case_file.resolved_at = Outcome.GRANTED, timezone.now()


def open_task(case_file: CaseFile, code: str, **more: Any) -> CaseTask:
    """The task of a step, for its own unit or the file's, due within the step's term and never after the file's."""
    return CaseTask.objects.create(
        municipality_id=case_file.municipality_id,
        case_file=case_file,
        step=code,
        unit_id=(find(case_file, code) or {}).get("unit") or case_file.unit_id,
        due_on=task_due(case_file, rule_in(case_file, code), terms.local_today()),
        **more,
    )


def task_due(case_file: CaseFile, rule: StepRule, today: date) -> date | None:
    own = terms.add_working_days(today, rule.days, towns=(case_file.municipality_id,)) if rule.days else None
    return min((day for day in (own, case_file.due_on) if day), default=None)


def finish_step(case_file: CaseFile, code: str) -> None:
    """Mark a step as done today."""
    if step := find(case_file, code):
        mark(step, StepState.DONE, terms.local_today())


def end_task(task: CaseTask, *, actor: Actor, state: TaskState = TaskState.DONE, note: str = "") -> None:
    """Close the task's row."""
    task.state, task.done_at, task.done_by_id, task.note = state, timezone.now(), actor.user_id, note
    task.save(update_fields=["state", "done_at", "done_by", "note"])


def recipients(case_file: CaseFile) -> list[CaseParty]:
    """Who is told what is decided: the parties, each through her representative where she has one (art. 5.1), and of
    several applicants the first (art. 7)."""
    apart = (Capacity.CO_APPLICANT, Capacity.FORMER)
    parties = [party for party in parties_of(case_file) if party.capacity not in apart]
    represented = {party.represents_id for party in parties if party.capacity == Capacity.REPRESENTATIVE}
    return sorted((party for party in parties if party.pk not in represented), key=_representative_first)


def _representative_first(party: CaseParty) -> bool:
    return party.capacity != Capacity.REPRESENTATIVE


def is_electronic(party: CaseParty) -> bool:
    """Whether she can be notified on the screen: her identity is known, and she did not ask for paper."""
    return party.channel == NotificationChannel.ELECTRONIC and party.person_id is not None


def waiting_notifications(case_file: CaseFile) -> list[str]:
    """The channels of the file's legal notifications that are still to be opened, rejected, lapsed or handed over."""
    rows = Notification.objects.filter(
        municipality_id=case_file.municipality_id, reference=case_file.reference, legal=True
    ).exclude(state__in=CLOSED)
    return list(rows.values_list("channel", flat=True))


def note_tasks(case_file: CaseFile, words: Words, *, instead_of: Mapping[str, str] | None = None) -> None:
    """Say something to whoever works at the file's open tasks, after what the system says there already; `instead_of`
    the lines that match these patterns, {language: pattern}."""
    told = in_languages(words)
    for task in CaseTask.objects.filter(case_file=case_file, state=TaskState.OPEN):
        for key, text in told.items():
            lines = task.said.get(key, "").splitlines()
            kept = [line for line in lines if not instead_of or not re.fullmatch(instead_of[key], line)]
            task.said[key] = "\n".join([*kept, text])
        task.save(update_fields=["said"])


def open_once(case_file: CaseFile, code: str) -> None:
    """The step's task, unless it is open already."""
    if not CaseTask.objects.filter(case_file=case_file, step=code, state=TaskState.OPEN).exists():
        open_task(case_file, code)

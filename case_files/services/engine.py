"""Walking the workflow: what the system does by itself, and the task that waits for a person."""

from datetime import date
from typing import Any

from django.utils import timezone

from case_files.constants import Capacity, NotificationChannel, State, StepKind, StepState, TaskState
from case_files.models import CaseEvent, CaseFile, CaseTask
from case_files.steps import StepRule, rule_of
from core.audit.services import Actor
from core.municipalities.services import terms
from core.notifications.constants import NotificationState
from core.notifications.models import Notification

from .base import audit, event, parties_of
from .workflow import find, handlers, is_refused, mark, next_step

WAITING = (NotificationState.CREATED, NotificationState.AVAILABLE)
WALK_FIELDS = ("workflow", "step", "state", "closed_at")


def advance(case_file: CaseFile, *, actor: Actor) -> list[CaseEvent]:
    """Walk to the next step that waits for somebody, or to the end. Sets the file's fields; the caller saves them.

    Opens the task of a person's step. Answers with the events to be written.
    """
    events: list[CaseEvent] = []
    today = terms.local_today()
    while step := next_step(case_file):
        code, rule = step["code"], rule_of(step["code"])
        case_file.step = code
        if rule.kind == StepKind.LATER or (rule.only_granted and is_refused(case_file)):
            mark(step, StepState.SKIPPED, today)
        elif code in handlers:
            handlers[code](case_file, None, actor)
            mark(step, StepState.DONE, today)
            events.append(event(case_file, "step_done", actor=actor, params={"step": code, "names": step["names"]}))
        elif rule.kind != StepKind.SYSTEM or (code == "notify" and by_post(case_file)):
            open_task(case_file, rule)
            return events
        elif code in ("notify", "close") and is_waiting(case_file):
            return events
        else:
            mark(step, StepState.DONE, today)
    if is_waiting(case_file):
        return events
    case_file.step, case_file.state, case_file.closed_at = "", State.CLOSED, timezone.now()
    events.append(event(case_file, "closed", actor=actor))
    audit(case_file, "closed", actor=actor)
    return events


def skip_ahead(case_file: CaseFile) -> None:
    """Mark what the system does before anybody is asked: no statement, so that a file is inserted where it stands."""
    today = terms.local_today()
    while step := next_step(case_file):
        case_file.step = step["code"]
        if rule_of(step["code"]).kind != StepKind.SYSTEM or step["code"] in (*handlers, "notify", "close"):
            return
        mark(step, StepState.DONE, today)


def open_task(case_file: CaseFile, rule: StepRule, **more: Any) -> CaseTask:
    """The task of a step, for the file's unit, due within the step's own term and never after the file's."""
    return CaseTask.objects.create(
        municipality_id=case_file.municipality_id,
        case_file=case_file,
        step=rule.code,
        unit_id=case_file.unit_id,
        due_on=task_due(case_file, rule, terms.local_today()),
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


def by_post(case_file: CaseFile) -> bool:
    """Whether a notification must go on paper: somebody asked for it, or nobody can open it on the screen."""
    parties = [party for party in parties_of(case_file) if party.capacity != Capacity.INTERESTED]
    return any(party.channel == NotificationChannel.PAPER for party in parties) or not any(
        party.person_id for party in parties
    )


def is_waiting(case_file: CaseFile) -> bool:
    """Whether a legal notification of the file is still to be opened, rejected or lapsed."""
    return Notification.objects.filter(
        municipality_id=case_file.municipality_id, reference=case_file.reference, legal=True, state__in=WAITING
    ).exists()

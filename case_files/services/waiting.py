"""What a file waits for from outside: when its term ends, when the clock stands, and how it goes on."""

from datetime import date

from django.utils import timezone

from case_files.constants import AskKind, State, StepState, TaskState
from case_files.models import CaseEvent, CaseFile, CaseTask, CorrectionRequest
from core.audit.services import Actor
from core.municipalities.services import terms

from . import clock
from .base import audit, event, parties_of, save
from .engine import WALK_FIELDS, advance, end_task, task_due
from .workflow import CORRECTION, HEARING, find, mark, rule_in

STANDS = (AskKind.CORRECTION, AskKind.WARNING, AskKind.REPORT)  # the clock stands meanwhile (art. 22.1)
STEPS = {AskKind.CORRECTION: CORRECTION, AskKind.HEARING: HEARING}
MONTHS = 3  # arts. 95.1 and 22.1.d


def open_asks(case_file: CaseFile) -> list[CorrectionRequest]:
    """What is still waited for, from the citizen or from whoever reports."""
    return list(CorrectionRequest.objects.filter(case_file=case_file, answered_at=None, lapsed_at=None).order_by("pk"))


def start_term(case_file: CaseFile, ask: CorrectionRequest, day: date) -> None:
    """She was notified on `day`, or the report asked for: the term begins, and the clock stands where it does."""
    towns = clock.towns_of(case_file, *(party.address for party in parties_of(case_file)))
    if ask.kind in (AskKind.WARNING, AskKind.REPORT):
        ask.due_on = terms.add_months(day, MONTHS, towns=towns)
    else:
        ask.due_on = terms.add_working_days(day, ask.days, towns=towns)
    ask.save(update_fields=["due_on"])
    CaseTask.objects.filter(case_file=case_file, step=CORRECTION, state=TaskState.OPEN).update(due_on=ask.due_on)
    if ask.kind in STANDS and case_file.suspended_since is None:
        clock.stop(case_file, day)


def wait_is_over(case_file: CaseFile, ask: CorrectionRequest, day: date, *, actor: Actor) -> None:
    """The clock goes on after `day` unless something else still holds it, and the open tasks with it; nobody waits for
    a letter any more. A hearing's own step is done, and the file walks on."""
    others = [one for one in open_asks(case_file) if one.pk != ask.pk]
    if not any(one.kind in STANDS and one.due_on for one in others):
        towns = clock.towns_of(case_file, *(party.address for party in parties_of(case_file)))
        clock.resume(case_file, day, towns=towns)
    if not any(one.kind != AskKind.REPORT for one in others):
        case_file.state = State.OPEN
    code = STEPS.get(AskKind(ask.kind))
    if code and (step := find(case_file, code)):
        mark(step, StepState.DONE, terms.local_today())
    events = _settle_tasks(case_file, code, actor=actor)
    save(case_file, *WALK_FIELDS, "due_on", "suspended_since", "suspended_days")
    CaseEvent.objects.bulk_create(events)


def _settle_tasks(case_file: CaseFile, code: str | None, *, actor: Actor) -> list[CaseEvent]:
    """End the tasks that only waited, and give the others their new last day."""
    walks, today = False, terms.local_today()
    for task in CaseTask.objects.filter(case_file=case_file, state=TaskState.OPEN):
        if case_file.state == State.OPEN and task.step in (CORRECTION, code):
            end_task(task, actor=actor)
            walks = walks or task.step == HEARING
            continue
        task.due_on = task_due(case_file, rule_in(case_file, task.step), today)
        task.save(update_fields=["due_on"])
    return advance(case_file, actor=actor) if walks else []


def report_arrived(case_file: CaseFile, step: str, *, actor: Actor) -> None:
    """The mandatory report that held the clock is written."""
    ask = next((one for one in open_asks(case_file) if one.kind == AskKind.REPORT and one.step == step), None)
    if ask is None:
        return
    ask.answered_at = timezone.now()
    ask.save(update_fields=["answered_at"])
    wait_is_over(case_file, ask, terms.local_today(), actor=actor)
    audit(case_file, "term_resumed", actor=actor)
    CaseEvent.objects.bulk_create([event(case_file, "term_resumed", actor=actor)])

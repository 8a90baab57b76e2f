"""Files whose end is that somebody comes: the hour is given with the request, and she comes, or she does not."""

from collections.abc import Collection

from django.db import transaction

from case_files.constants import State, TaskState
from case_files.models import CaseFile, CaseTask
from core.audit.services import Actor

from .base import ENDED, lock, write
from .ending import end_early
from .engine import ATTEND
from .handling import go_on


def waits_for_attendance(codes: Collection[str]) -> bool:
    """Whether a workflow of these steps ends with the person at the desk."""
    return ATTEND in codes


def hold_for_appointment(reference: str) -> None:
    """Lock the file of an appointment before the appointment itself: a file that ends takes them in that order."""
    CaseFile.objects.select_for_update().filter(reference=reference).first()


@transaction.atomic(savepoint=False)
def move_appointment(*, reference: str, actor: Actor) -> None:
    """Write down in the file that its appointment has another hour."""
    if found := CaseFile.objects.filter(reference=reference).exclude(state__in=ENDED).first():
        write(found, "appointment_moved", actor=actor)


@transaction.atomic(savepoint=False)
def end_appointment(*, reference: str, code: str, actor: Actor) -> None:
    """What came of an appointment, as its history says it, ends the file that waits for it: `appointment_attended`,
    `appointment_missed` or `appointment_cancelled`.

    Nothing in a file that ended before, nor in one where coming is not the end.
    """
    found = CaseFile.objects.filter(reference=reference).first()
    case_file = lock(found) if found else None
    if case_file is None or case_file.state in ENDED:
        return
    task = CaseTask.objects.filter(case_file=case_file, step=ATTEND, state=TaskState.OPEN).first()
    if task and code == "appointment_attended":
        go_on(case_file, task, actor=actor)
        return
    if task:
        end_early(case_file, State.WITHDRAWN if code == "appointment_cancelled" else State.CLOSED, actor=actor)
    write(case_file, code, actor=actor)

"""The hours that were booked with a request: the room that keeps the appointments says which are still to come, and
takes them back when the file ends without what the person was to come for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from case_files.models import CaseEvent, CaseFile
from core.audit.services import Actor

from .base import event


@dataclass(frozen=True)
class Visit:
    """An hour to come. `email`: whether she is told of a change by e-mail; `phone`: where she is rung up, if known."""

    starts_at: datetime
    office: str
    email: bool
    phone: str


@dataclass(frozen=True)
class Visits:
    """`to_come(case_file)`: nothing is asked for a file whose form has no appointment. `free(case_file, actor)`: takes
    the hours back, tells whoever can be told, and answers with how many; the file is locked."""

    to_come: Callable[[CaseFile], list[Visit]]
    free: Callable[[CaseFile, Actor], int]


_keepers: list[Visits] = []


def register_visits(visits: Visits) -> None:
    """Called once, at start, by the room that keeps the appointments."""
    _keepers[:] = [visits]


def visits_of(case_file: CaseFile) -> list[Visit]:
    """The hours to come of a file, the nearest first."""
    return _keepers[0].to_come(case_file) if _keepers else []


def free_visits(case_file: CaseFile, *, actor: Actor) -> None:
    """Take back the hours to come of a locked file: she has nothing more to come for. What has begun stays."""
    freed = _keepers[0].free(case_file, actor) if _keepers else 0
    CaseEvent.objects.bulk_create([event(case_file, "appointment_cancelled", actor=actor) for _one in range(freed)])

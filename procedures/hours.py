"""Hours that a form offers and a request books: the room that keeps the appointments says how.

Where it offers none for a procedure, the form asks which day would suit, and a clerk gives the hour.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.notifications.models import OutboxRow

Both = tuple[str, str]  # in Basque, in Spanish
Days = list[tuple[str, list[tuple[str, str]]]]  # day → what is sent for an hour, and how it is called


@dataclass(frozen=True)
class Booked:
    """An hour that somebody has. `url`: the page where she moves or cancels it; empty once that is over."""

    starts_at: datetime
    service: Both
    office: str
    address: str
    bring: Both
    url: str = ""
    effects: Sequence[OutboxRow] = ()  # unsaved: what follows from having booked it just now


@dataclass(frozen=True)
class Hours:
    """What the appointments' room does for a form.

    `offer(procedure, answers)`: the free hours, in the reader's language. `book(…)`: one of them, in the submission's
    transaction; DomainError with code `taken` where somebody was quicker. `find(reference)`: what a request booked.
    """

    offer: Callable[[str, Mapping[str, Any]], Days]
    book: Callable[..., Booked]
    find: Callable[[str], Booked | None]


_hours: list[Hours] = []


def register_hours(hours: Hours) -> None:
    """Called once, at start, by the room that keeps the appointments."""
    _hours[:] = [hours]


def offered_hours(code: str, answers: Mapping[str, Any]) -> Days:
    """What the open town has free for a request with these answers; empty where it gives none on line."""
    return _hours[0].offer(code, answers) if _hours else []


def find_booked(reference: str) -> Booked | None:
    """The hour that was booked with a request."""
    return _hours[0].find(reference) if _hours else None


def take_hour(**asked: Any) -> Booked:
    """Book one of the offered hours; DomainError with code `taken` where it is not free any more."""
    if not _hours:
        raise LookupError("nobody keeps appointments")
    return _hours[0].book(**asked)

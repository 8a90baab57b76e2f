"""Who answers: rooms of this house, registered here; and, through a gateway, other administrations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol

from django.conf import settings

from core.identity.models import Person

from .constants import all_kinds
from .models import DataLookup


@dataclass(frozen=True)
class Answer:
    """`holds` says whether it is as the person says: None where somebody has to read `facts` to know."""

    holds: bool | None
    facts: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


Answerer = Callable[[Person], Answer | None]
# kind → where it is known, and the room's own function: None where it does not know the person
_answerers: dict[str, tuple[str, Answerer]] = {}


class Away(Exception):
    """The other administration does not answer now; the text is for the log."""


class Refused(Exception):
    """The other administration answered that it does not answer; the text says why."""


class Gateway(Protocol):
    """What `core/interoperability/contrib/<code>/gateway.py` offers as GATEWAY."""

    code: str

    def ask(self, lookup: DataLookup, person: Person) -> Answer:
        """Ask the service of the look-up's kind. Away where it may answer later, Refused where it will not."""
        ...


def register_answer(kind: str, *, source: str) -> Callable[[Answerer], Answerer]:
    """`@register_answer("residence", source="census")`: `fn(person)` answers with what its room holds of her."""
    if kind not in all_kinds():
        raise ValueError(f"“{kind}” is not in kinds.csv")

    def register(answerer: Answerer) -> Answerer:
        _answerers[kind] = (source, answerer)
        return answerer

    return register


def find_gateway() -> Gateway | None:
    """The gateway to other administrations that this installation uses, if any."""
    code = settings.INTEROPERABILITY_GATEWAY
    if not code:
        return None
    gateway: Gateway = import_module(f"core.interoperability.contrib.{code}.gateway").GATEWAY
    return gateway


def is_answered_here(kind: str) -> bool:
    return kind in _answerers


def can_be_asked(kind: str) -> bool:
    """Whether anybody would answer: a room of this house, or the service of another administration."""
    return is_answered_here(kind) or bool(kind in all_kinds() and all_kinds()[kind].service and find_gateway())


def answer_here(kind: str, person: Person) -> Answer | None:
    source, answerer = _answerers[kind]
    found = answerer(person)
    return Answer(found.holds, found.facts, found.source or source) if found else None

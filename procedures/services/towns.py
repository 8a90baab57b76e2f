"""What a town makes of the province's catalogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from threading import Lock
from typing import Any

from cachetools import TTLCache
from django.utils.translation import get_language

from core.municipalities.constants import Module
from core.municipalities.models import Unit
from core.municipalities.services import is_adopted
from procedures.models import Procedure, TownProcedure, TownWorkflow

SECONDS_FRESH = 30
MOST_TOWNS = 128  # all of the county, in one process's memory


@dataclass(frozen=True, slots=True)
class Offer:
    """A procedure as one town has it on line; a value without Django's weight, for a process keeps 28,000 of them."""

    municipality_id: int
    code: str
    unit: Unit | None
    identity_level: str  # the town's own, or empty
    channels: tuple[str, ...]  # none: all of them
    pinned: bool
    provider: str  # who provides it in the town hall's place; empty: the town hall
    town_form_id: int | None
    own_notes: tuple[str, ...]  # in Basque, Spanish and English

    @property
    def notes(self) -> str:
        """In the reader's language, or in Basque where the town has not written it."""
        if not self.own_notes:
            return ""
        by_language = dict(zip(("eu", "es", "en"), self.own_notes, strict=True))
        return by_language.get((get_language() or "eu")[:2]) or next(filter(None, self.own_notes), "")

    @property
    def is_online(self) -> bool:
        return "online" in self.channels or not self.channels

    @property
    def is_taken(self) -> bool:
        """Whether the town hall itself takes the request on line (or, of what is done in person, its appointment)."""
        return self.is_online and not self.provider


@dataclass(frozen=True)
class _Shop:
    """What one town has on line."""

    by_code: dict[str, Offer]
    units: list[Unit]
    workflows: dict[str, dict[str, Any]]  # code of the template → what the town changes in it


_shops: TTLCache[int, _Shop] = TTLCache(MOST_TOWNS, SECONDS_FRESH)
_lock = Lock()


def forget_town_procedures() -> None:
    """Read the towns' settings again at the next question (after a change in this process, and between tests)."""
    with _lock:
        _shops.clear()


def find_town_procedure(municipality_id: int, code: str) -> Offer | None:
    """The procedure as the town offers it on line, or None; from memory."""
    return _shop(municipality_id).by_code.get(code)


def find_taken(municipality_id: int, code: str, *, at_desk: bool = False) -> Offer | None:
    """The procedure where a citizen may begin and send it today, or None; from memory. `at_desk`: a clerk files what
    is only taken in person too."""
    offer = find_town_procedure(municipality_id, code)
    if offer is None or not is_adopted(municipality_id, Module.PROCEDURES):
        return None
    return offer if at_desk or offer.is_taken else None


def offers_of(municipality_id: int) -> Mapping[str, Offer]:
    """All that the town has on line, by code; from memory."""
    return _shop(municipality_id).by_code


def find_unit(municipality_id: int, department: str) -> Unit | None:
    """The town's unit that handles what a citizen addressed to a department; from memory."""
    units = _shop(municipality_id).units
    return next((unit for unit in units if department in _handled(unit)), None)


def find_changes(municipality_id: int, template: str) -> dict[str, Any]:
    """What the town has published of its own in this workflow; from memory."""
    return _shop(municipality_id).workflows.get(template, {})


def _shop(municipality_id: int) -> _Shop:
    with _lock:
        shop = _shops.get(municipality_id)
    if shop is None:
        shop = _read(municipality_id)
        with _lock:
            _shops[municipality_id] = shop
    return shop


COLUMNS = ("procedure__code", "unit", "identity_level", "channels", "pinned", "provider", "town_form")
NOTES = ("notes_eu", "notes_es", "notes_en")


def _read(municipality_id: int) -> _Shop:
    units = {unit.pk: unit for unit in Unit.objects.filter(municipality=municipality_id)}
    rows = TownProcedure.objects.filter(municipality=municipality_id, enabled=True).values_list(*COLUMNS, *NOTES)
    by_code = {}
    for code, unit, level, channels, pinned, provider, town_form, *notes in rows:
        by_code[intern(code)] = Offer(
            municipality_id=municipality_id,
            code=intern(code),
            unit=units.get(unit),
            identity_level=intern(level),
            channels=_shared(tuple(channels)),
            pinned=pinned,
            provider=intern(provider),
            town_form_id=town_form,
            own_notes=tuple(text or "" for text in notes) if any(notes) else (),
        )
    own = TownWorkflow.objects.filter(municipality=municipality_id).exclude(changes={})
    workflows = dict(own.values_list("template__code", "changes"))
    return _Shop(by_code, [unit for unit in units.values() if unit.active], workflows)


@lru_cache
def _shared(channels: tuple[str, ...]) -> tuple[str, ...]:
    """One tuple for all the procedures with these channels."""
    return channels


def enable_procedures(municipality_id: int, codes: Iterable[str] | None = None) -> int:
    """Switch procedures on in the open town, all of them without `codes`; each goes to the unit that handles its
    family. What the town has set already stays. Returns how many were added."""
    procedures = Procedure.objects.select_related("family")
    if codes is not None:
        procedures = procedures.filter(code__in=list(codes))
    units = list(Unit.objects.filter(municipality=municipality_id, active=True))
    known = set(TownProcedure.objects.filter(municipality=municipality_id).values_list("procedure_id", flat=True))
    rows = [
        TownProcedure(
            municipality_id=municipality_id,
            procedure=procedure,
            unit=_unit_for(procedure, units),
            channels=["online", "in_person"],
        )
        for procedure in procedures
        if procedure.pk not in known
    ]
    TownProcedure.objects.bulk_create(rows)
    forget_town_procedures()
    return len(rows)


def _unit_for(procedure: Procedure, units: list[Unit]) -> Unit | None:
    for unit in units:
        if _handled(unit) & {procedure.code, procedure.family.prefix}:
            return unit
    return next((unit for unit in units if unit.is_default), None)


def _handled(unit: Unit) -> set[str]:
    return {part.strip() for part in unit.handles.split(",") if part.strip()}

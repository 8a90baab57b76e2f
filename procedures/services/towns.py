"""What a town makes of the province's catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import TTLCache
from django.db.models import F

from core.municipalities.models import Unit
from procedures.models import Procedure, TownProcedure, TownWorkflow

SECONDS_FRESH = 30
MOST_TOWNS = 128  # all of the county, in one process's memory


@dataclass(frozen=True)
class _Offer:
    """The procedures that one town has on line."""

    by_code: dict[str, TownProcedure]
    units: list[Unit]
    workflows: dict[str, dict[str, Any]]  # code of the template → what the town changes in it


_offers: TTLCache[int, _Offer] = TTLCache(MOST_TOWNS, SECONDS_FRESH)
_lock = Lock()


def forget_town_procedures() -> None:
    """Read the towns' settings again at the next question (after a change in this process, and between tests)."""
    with _lock:
        _offers.clear()


def find_town_procedure(municipality_id: int, code: str) -> TownProcedure | None:
    """The procedure as the town offers it on line, or None; from memory."""
    return _offer(municipality_id).by_code.get(code)


def find_unit(municipality_id: int, department: str) -> Unit | None:
    """The town's unit that handles what a citizen addressed to a department; from memory."""
    units = _offer(municipality_id).units
    return next((unit for unit in units if department in _handled(unit)), None)


def find_changes(municipality_id: int, template: str) -> dict[str, Any]:
    """What the town has published of its own in this workflow; from memory."""
    return _offer(municipality_id).workflows.get(template, {})


def _offer(municipality_id: int) -> _Offer:
    with _lock:
        offer = _offers.get(municipality_id)
    if offer is None:
        offer = _read(municipality_id)
        with _lock:
            _offers[municipality_id] = offer
    return offer


def _read(municipality_id: int) -> _Offer:
    units = {unit.pk: unit for unit in Unit.objects.filter(municipality=municipality_id)}
    rows = TownProcedure.objects.filter(municipality=municipality_id, enabled=True).annotate(code=F("procedure__code"))
    by_code: dict[str, TownProcedure] = {}
    for row in rows:
        row.unit = units.get(row.unit_id or 0)  # one object for all of its procedures
        by_code[row.code] = row
    own = TownWorkflow.objects.filter(municipality=municipality_id).exclude(changes={})
    workflows = dict(own.values_list("template__code", "changes"))
    return _Offer(by_code, [unit for unit in units.values() if unit.active], workflows)


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

"""What a request costs: the tariff of its day, and what it comes to with these answers."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.municipalities.services import DomainError, terms
from core.payments.constants import TariffKind
from core.payments.formula import FormulaError, Value, evaluate
from core.payments.models import Tariff, TariffBand, TariffReduction

SECONDS_FRESH = 30
MOST_EUROS = Decimal("999999.99")  # what a slip can hold
BAND = "band"
Answer = Value | str
Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Assessment:
    """What is owed. `amount_cents` 0 is free; None means that the town hall works it out, `problem` then may say why.

    `details`: {tariff, kind, day, formula?, band?, reductions: [{percent, eu, es}]}, kept with the charge.
    """

    amount_cents: int | None
    details: dict[str, Any] = field(default_factory=dict)
    ordinance: dict[str, str] = field(default_factory=lambda: {"eu": "", "es": ""})
    problem: str = ""

    @property
    def is_free(self) -> bool:
        return self.amount_cents == 0


@dataclass(frozen=True)
class _Table:
    """One tariff with its lines, as a value."""

    tariff: Tariff
    bands: tuple[TariffBand, ...]
    reductions: tuple[TariffReduction, ...]


_tables: dict[int, tuple[float, dict[str, list[_Table]]]] = {}


def forget_tariffs() -> None:
    """Read the tariffs again at the next question (after a change in this process, and between tests)."""
    _tables.clear()


def assess(*, town_id: int, procedure_code: str, answers: Answers, day: date | None = None) -> Assessment:
    """What a procedure costs in a town on a day, by default today. Reads from memory; what the town publishes is open.

    `answers`: name of the question → decimal (money in euros), date or text. FormulaError (a DomainError) where an
    answer is missing or would be divided by zero.
    """
    day = day or terms.local_today()
    table = _find(town_id, procedure_code, day)
    if table is None:
        return Assessment(0)
    tariff = table.tariff
    details: dict[str, Any] = {"tariff": tariff.pk, "kind": tariff.kind, "day": day.isoformat()}
    ordinance = {"eu": tariff.ordinance_eu, "es": tariff.ordinance_es}
    euros = _base(table, answers, details)
    if euros is None:
        return Assessment(None, details, ordinance)
    euros = _reduced(table, answers, _bounded(tariff, euros), details)
    if not 0 <= euros <= MOST_EUROS:
        message = _("The fee can't be worked out: the formula comes to an impossible amount.")
        raise FormulaError(message, code="large")
    return Assessment(to_cents(euros), details, ordinance)


def estimate(*, town_id: int, procedure_code: str, answers: Answers, day: date | None = None) -> Assessment:
    """As `assess`, but what can't be worked out is left to the town hall: a wrong formula keeps nobody from filing."""
    try:
        return assess(town_id=town_id, procedure_code=procedure_code, answers=answers, day=day)
    except DomainError as error:
        return Assessment(None, {"error": error.code}, problem=str(error.message))


def find_tariff(town_id: int, procedure_code: str, day: date | None = None) -> Tariff | None:
    """The tariff in force, for what is said of a procedure before it is begun; None where it is free."""
    table = _find(town_id, procedure_code, day or terms.local_today())
    return table.tariff if table else None


def to_cents(euros: Decimal) -> int:
    """Rounded to the nearest cent, a half upwards."""
    return int((euros * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _base(table: _Table, answers: Answers, details: dict[str, Any]) -> Decimal | None:
    tariff = table.tariff
    if tariff.kind == TariffKind.FREE:
        return Decimal(0)
    if tariff.kind == TariffKind.LATER:
        return None
    if tariff.kind == TariffKind.FIXED:
        return tariff.amount
    values = {name: value for name, value in answers.items() if not isinstance(value, str)}
    if tariff.choice_input or tariff.number_input:
        band = _band(table, answers)
        if band is None:
            return None
        details["band"] = str(band.amount)
        values[BAND] = band.amount
        if not tariff.formula:
            return band.amount
    if not tariff.formula:
        return None
    details["formula"] = tariff.formula
    return evaluate(tariff.formula, values)


def _band(table: _Table, answers: Answers) -> TariffBand | None:
    """The first line of the table that fits; None where none does, so that a person decides."""
    tariff = table.tariff
    choice = str(answers.get(tariff.choice_input, ""))
    number = _number(answers.get(tariff.number_input)) if tariff.number_input else None
    for band in table.bands:
        if band.choice and band.choice != choice:
            continue
        ranged = band.at_least is not None or band.below is not None
        if ranged and (
            number is None
            or (band.at_least is not None and number < band.at_least)
            or (band.below is not None and number >= band.below)
        ):
            continue
        return band
    return None


def _number(answer: Answer | None) -> Decimal | None:
    if isinstance(answer, Decimal):
        return answer
    return Decimal(answer) if isinstance(answer, str) and answer.isdecimal() else None


def _bounded(tariff: Tariff, euros: Decimal) -> Decimal:
    if tariff.minimum is not None:
        euros = max(euros, tariff.minimum)
    return min(euros, tariff.maximum) if tariff.maximum is not None else euros


def _reduced(table: _Table, answers: Answers, euros: Decimal, details: dict[str, Any]) -> Decimal:
    """The one reduction that takes off most: they are not added up."""
    fitting = [row for row in table.reductions if str(answers.get(row.field, "")) == row.value]
    best = max(fitting, key=lambda row: row.percent, default=None)
    if best is None:
        return euros
    details["reduction"] = {"percent": str(best.percent), "eu": best.reason_eu, "es": best.reason_es}
    return euros * (100 - best.percent) / 100


def _find(town_id: int, code: str, day: date) -> _Table | None:
    """The town's own tariff of that day, else the province's."""
    for table in _known(town_id).get(code, ()):
        tariff = table.tariff
        if tariff.valid_from <= day and (tariff.valid_to is None or day <= tariff.valid_to):
            return table
    return None


def _known(town_id: int) -> dict[str, list[_Table]]:
    read_at, known = _tables.get(town_id, (0.0, {}))
    if read_at and time.monotonic() - read_at < SECONDS_FRESH:
        return known
    whose = Q(municipality=town_id) | Q(municipality=None)
    tariffs = list(Tariff.objects.filter(whose))
    bands = _by_tariff(TariffBand.objects.filter(whose))
    reductions = _by_tariff(TariffReduction.objects.filter(whose))
    fresh: dict[str, list[_Table]] = {}
    # the town's own before the province's, the newest first
    for tariff in sorted(tariffs, key=lambda one: (one.municipality_id is None, -one.valid_from.toordinal())):
        table = _Table(tariff, tuple(bands.get(tariff.pk, ())), tuple(reductions.get(tariff.pk, ())))
        fresh.setdefault(tariff.procedure_code, []).append(table)
    _tables[town_id] = (time.monotonic(), fresh)
    return fresh


def _by_tariff(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.tariff_id, []).append(row)
    return found

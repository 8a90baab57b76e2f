"""What a request costs: the town's tariff, with the answers as the form keeps them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from core.payments.services import Answers, Assessment, estimate
from procedures.catalogue import FormField
from procedures.constants import FieldType


def fee_of(code: str, fields: Iterable[FormField], values: Mapping[str, Any], *, town_id: int) -> Assessment:
    """What is owed; the town hall works it out where it can't be said. From memory: no statement as a rule."""
    return estimate(town_id=town_id, procedure_code=code, answers=answers_of(fields, values))


def answers_of(fields: Iterable[FormField], values: Mapping[str, Any]) -> Answers:
    """The answers as formulas read them: money in euros, numbers, dates, and choices as their codes."""
    answers = {}
    for field in fields:
        value = values.get(field.name)
        if isinstance(value, int | str) and value != "":
            answers[field.name] = _answer(field.type, value)
    return answers


def _answer(kind: str, value: int | str) -> Decimal | date | str:
    try:
        if kind == FieldType.MONEY:
            return Decimal(value) / 100
        if kind == FieldType.NUMBER:
            return Decimal(value)
        if kind == FieldType.DATE:
            return date.fromisoformat(str(value))
        if kind == FieldType.DATETIME:
            return datetime.fromisoformat(str(value)).date()
    except (ValueError, InvalidOperation):  # an old draft's answer to what was another kind of question
        return str(value)
    return str(value)

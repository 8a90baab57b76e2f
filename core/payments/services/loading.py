"""The province's usual tariffs, from data/tariffs.csv; each town sets its own over them."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.scope import whole_province
from core.municipalities.services import DomainError, terms
from core.payments.formula import check
from core.payments.models import Tariff, TariffBand

from .assessing import forget_tariffs

DATA = Path(__file__).resolve().parents[1] / "data"


@transaction.atomic
def load_tariffs() -> int:
    """Bring the province's tariffs up to the tables; rows are found by procedure and day, so it can be run again."""
    count = 0
    with whole_province("load the province's tariffs"):
        for row in _rows("tariffs.csv"):
            values = {
                "kind": row["kind"],
                "amount": _euros(row["amount"]),
                "formula": row["formula"],
                "choice_input": row["choice_input"],
                "number_input": row["number_input"],
                "minimum": _euros(row["minimum"]),
                "maximum": _euros(row["maximum"]),
            }
            if row["formula"]:
                check(row["formula"])
            key = {"procedure_code": row["procedure"], "valid_from": date.fromisoformat(row["valid_from"])}
            tariff = Tariff.objects.filter(municipality=None, **key).first() or Tariff(municipality=None, **key)
            for name, value in values.items():
                setattr(tariff, name, value)
            tariff.save()
            count += 1
        _load_bands()
    forget_tariffs()
    return count


def _load_bands() -> None:
    own = {tariff.procedure_code: tariff for tariff in Tariff.objects.filter(municipality=None).order_by("valid_from")}
    TariffBand.objects.filter(municipality=None).delete()
    TariffBand.objects.bulk_create(
        TariffBand(
            municipality=None,
            tariff=own[row["procedure"]],
            choice=row["choice"],
            at_least=_euros(row["at_least"]),
            below=_euros(row["below"]),
            amount=Decimal(row["amount"]),
            position=position,
        )
        for position, row in enumerate(_rows("tariff_bands.csv"))
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter=";")


def _euros(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@transaction.atomic
def copy_tariff(*, tariff: Tariff, actor: Actor) -> Tariff:
    """A tariff of the province becomes the open town's own, from today, with its lines; then it is edited."""
    require(actor, Role.TOWN_ADMINISTRATOR)
    today, town = terms.local_today(), actor.municipality_id
    own = Tariff.objects.filter(municipality=town, procedure_code=tariff.procedure_code)
    if own.filter(valid_from=today).exists():
        raise DomainError(_("The town has its own tariff from today already."))
    own.filter(valid_to=None).update(valid_to=today - timedelta(days=1))
    bands, reductions = list(tariff.bands.all()), list(tariff.reductions.all())
    made = Tariff.objects.get(pk=tariff.pk)
    made.pk, made.municipality_id, made.valid_from, made.valid_to = None, town, today, None
    made._state.adding = True
    made.save()
    parts: list[Any] = [*bands, *reductions]
    for row in parts:
        row.pk, row.municipality_id, row.tariff = None, town, made
        row._state.adding = True
        row.save()
    record("payments.tariff_copied", actor=actor, target=made)
    forget_tariffs()
    return made

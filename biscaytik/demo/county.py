"""Loads the demo county; every step can run again on what an earlier run left."""

import hashlib
from datetime import date
from pathlib import Path

from census.generator.county import generate
from core.audit.models import AuditRow
from core.audit.services import record
from core.municipalities.models import Municipality
from core.municipalities.scope import acting_for
from core.municipalities.services import find_by_slug, forget_towns
from procedures.models import Procedure
from procedures.services import enable_procedures

from .appointments import furnish_appointments, furnish_rules
from .files import furnish_files
from .payments import furnish_payments
from .people import CITIZENS, CLERKS, Accounts, house, loader
from .towns import PILOTS, furnish

RESIDENTS_EACH = 300
LOADED = "demo.loaded"
NEIGHBOUR = "galdakao"  # where the citizen lives who asks something of an association
ROOTS = (Path(__file__).parent, Path(__file__).resolve().parents[2] / "census" / "data")


def stamp() -> str:
    """Changes with the demonstration's own files and with the catalogue."""
    digest = hashlib.sha256(str(Procedure.objects.count()).encode())
    for root in ROOTS:
        for path in sorted(root.glob("*.*")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_loaded() -> bool:
    """Whether this very demonstration stands in the database already."""
    with acting_for(_town("bizkaia").pk):
        last = AuditRow.objects.filter(action=LOADED).order_by("-at").first()
        return last is not None and last.data["stamp"] == stamp()


def load(today: date) -> None:
    """Everything, in the order in which one thing needs another; KeyError names a town that is not loaded."""
    accounts = Accounts()
    for pilot in PILOTS:
        town = _town(pilot.slug)
        with acting_for(town.pk):
            furnish(town, pilot, today)
            enable_procedures(town.pk)
            furnish_appointments(town, today, loader(town))
            furnish_payments(town)
    forget_towns()
    for clerk in CLERKS:
        with acting_for(_town(clerk.town).pk):
            accounts.clerk(clerk)
    inhabited = [pilot.slug for pilot in PILOTS if pilot.inhabited]
    for _made in generate(
        people=RESIDENTS_EACH * len(inhabited), seed=1, today=today.replace(month=1, day=1), slugs=inhabited, even=True
    ):
        pass
    for citizen in CITIZENS:
        town = _town(citizen.town)
        with acting_for(town.pk):
            accounts.citizen(citizen)
            house(citizen, town)
            if citizen.proved and Procedure.objects.exists():
                furnish_files(town, citizen)
    for pilot in PILOTS:
        if not pilot.inhabited and Procedure.objects.exists():  # an association, whose citizens live in its towns
            town = _town(pilot.slug)
            with acting_for(town.pk):
                furnish_files(town, next(one for one in CITIZENS if one.town == NEIGHBOUR), lives_here=False)
    county = _town("bizkaia")
    with acting_for(county.pk):
        furnish_rules(county)
        record(LOADED, actor=loader(county), data={"stamp": stamp()})


def _town(slug: str) -> Municipality:
    town = find_by_slug(slug)
    if town is None:
        raise KeyError(slug)
    return town.municipality

"""`manage.py load_municipalities`: the towns, their associations, the county, its days off and each one's first units.

What the files in `core/municipalities/data` say about a town is written again at every run. What a town keeps itself,
units and modules, is only given to a town that has none.
"""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from core.municipalities.constants import Kind, Module
from core.municipalities.models import DayOff, ModuleAdoption, Municipality, Unit
from core.municipalities.scope import acting_for, whole_province
from core.municipalities.services import forget_calendar, forget_towns

DATA = Path(__file__).resolve().parents[2] / "data"
COUNTY = {
    "slug": "bizkaia",
    "code": "BIZ",
    "dir3": "L02000048",
    "name_official": "Bizkaia",
    "name_eu": "Bizkaia",
    "name_es": "Bizkaia",
    "name_eu_ko": "Bizkaiko",
    "name_eu_n": "Bizkaian",
    "name_eu_ra": "Bizkaira",
    "name_eu_tik": "Bizkaitik",
    "hall_eu": "Bizkaiko Foru Aldundia",
    "hall_es": "Diputación Foral de Bizkaia",
    "sort_key": "bizkaia",
}
# a slug and a code stand in addresses and references for ever: a run never changes them
WRITTEN = [
    "kind ine_code dir3 name_official name_eu name_es name_eu_ko name_eu_n name_eu_ra name_eu_tik hall_eu hall_es",
    "comarca_eu comarca_es search_aliases sort_key population population_year active_from",
]


class Command(BaseCommand):
    help = "Loads the towns of Bizkaia, their associations and the county, their first units and the common days off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--adopt",
            default="",
            help="modules, by commas, that every town without modules takes up today; `all` for every one",
        )

    def handle(self, *args: Any, adopt: str, **options: Any) -> None:
        modules = list(Module) if adopt == "all" else [Module(name) for name in adopt.split(",") if name]
        with transaction.atomic():
            municipalities = load_municipalities()
            load_county_days_off()
        furnish(municipalities, modules)
        forget_towns()
        forget_calendar()
        if options["verbosity"]:
            self.stdout.write(f"{len(municipalities)} towns, associations and the county are there.")


def rows(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load_municipalities() -> list[Municipality]:
    """Every row of the files, and the county, in two statements and the memberships."""
    members = {}
    found = [Municipality(kind=Kind.COUNTY, **COUNTY)]
    for row in rows("towns.csv"):
        for empty in ("population_year", "active_from"):
            row[empty] = row[empty] or None
        found.append(Municipality(kind=Kind.TOWN, **row))
    for row in rows("associations.csv"):
        members[row["slug"]] = row.pop("members").split()
        found.append(Municipality(kind=Kind.ASSOCIATION, hall_eu=row["name_eu"], hall_es=row["name_es"], **row))
    Municipality.objects.bulk_create(
        found, update_conflicts=True, unique_fields=["slug"], update_fields=" ".join(WRITTEN).split()
    )
    municipalities = list(Municipality.objects.filter(slug__in=[one.slug for one in found]))
    by_slug = {one.slug: one.pk for one in municipalities}
    by_ine = {one.ine_code: one.pk for one in municipalities}
    through = Municipality.members.through
    links = {(by_slug[slug], by_ine[code]) for slug, codes in members.items() for code in codes}
    through.objects.bulk_create(
        [through(from_municipality_id=one, to_municipality_id=member) for one, member in sorted(links)],
        ignore_conflicts=True,
    )
    return municipalities


def load_county_days_off() -> None:
    """The days off of the whole county; each town adds its own two at the clerks' site."""
    names = ("name_eu", "name_es", "name_en")
    with whole_province("load the county's days off"):
        DayOff.objects.bulk_create(
            [
                DayOff(
                    municipality=None,
                    day=date.fromisoformat(row["day"]),
                    name=row["name_es"],
                    **{n: row[n] for n in names},
                )
                for row in rows("county_days_off.csv")
            ],
            update_conflicts=True,
            unique_fields=["municipality", "day"],
            update_fields=["name", *names],
        )


def furnish(municipalities: list[Municipality], modules: list[Module]) -> None:
    """Units for those that have none, so that one clerk can begin at once; modules where any were named."""
    with_units = set(Unit.objects.values_list("municipality_id", flat=True))
    with_modules = set(ModuleAdoption.objects.values_list("municipality_id", flat=True))
    template = list(rows("units.csv"))
    for one in municipalities:
        units = [] if one.pk in with_units else [_unit(row) for row in template]
        adopted = [] if one.pk in with_modules else [ModuleAdoption(module=module) for module in modules]
        if not units and not adopted:
            continue
        with acting_for(one.pk):
            for row in (*units, *adopted):
                row.municipality_id = one.pk
            Unit.objects.bulk_create(units)
            ModuleAdoption.objects.bulk_create(adopted)


def _unit(row: dict[str, str]) -> Unit:
    return Unit(**{**row, "name": row["name_es"], "is_default": row["is_default"] == "yes"})

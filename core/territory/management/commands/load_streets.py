"""`manage.py load_streets mundaka streets.csv`: a street index of `code;kind;name` lines, headed so."""

import csv
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.audit.services import SYSTEM
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError, find_by_slug
from core.territory.services import StreetRow, load_streets


class Command(BaseCommand):
    help = "Loads a town's street index from a CSV file with the columns code;kind;name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, slug: str, file: Path, **options: Any) -> None:
        town = find_by_slug(slug)
        if town is None:
            raise CommandError(f"There is no town '{slug}'.")
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [StreetRow(row["code"], row["kind"], row["name"]) for row in csv.DictReader(lines, delimiter=";")]
        try:
            with acting_for(town.municipality.pk):
                changed = load_streets(rows, actor=replace(SYSTEM, municipality_id=town.municipality.pk))
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{changed} streets loaded or renamed")

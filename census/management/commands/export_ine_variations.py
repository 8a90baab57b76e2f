"""`manage.py export_ine_variations --town mundaka --month 2026-11`: the month's file for the INE."""

from argparse import ArgumentParser
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from census.ine.exporting import month_file
from census.ine.layout import ENCODING, BadRecord
from core.audit.services import SYSTEM
from core.municipalities.scope import acting_for
from core.municipalities.services import find_by_slug


class Command(BaseCommand):
    help = "Writes the file H of the variations that were made in a month; the INE's name is given to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--town", required=True, metavar="SLUG")
        parser.add_argument("--month", required=True, metavar="2026-11")
        parser.add_argument("--output", type=Path, default=Path(), help="the folder it is put in")

    def handle(self, *args: Any, town: str, month: str, output: Path, **options: Any) -> None:
        found = find_by_slug(town)
        if found is None or not found.municipality.ine_code:
            raise CommandError(f"There is no town '{town}' with a code of the INE.")
        municipality = found.municipality
        try:
            first = date.fromisoformat(f"{month}-01")
            with acting_for(municipality.pk):
                actor = replace(SYSTEM, municipality_id=municipality.pk)
                name, lines = month_file(municipality, first, actor=actor)
        except BadRecord as error:
            raise CommandError(f"A movement does not fit the INE's layout: {error}") from error
        except ValueError as error:
            raise CommandError(f"'{month}' is no month: write it as 2026-11.") from error
        (output / name).write_bytes("".join(f"{line}\r\n" for line in lines).encode(ENCODING))
        self.stdout.write(f"{output / name}: {len(lines)} variations")

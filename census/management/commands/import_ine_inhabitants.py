"""`manage.py import_ine_inhabitants --town mundaka H48064IA.A26`: loads a file of inhabitants (H)."""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from census.ine.importing import import_inhabitants
from census.ine.layout import ENCODING
from core.audit.services import SYSTEM
from core.municipalities.scope import acting_for
from core.municipalities.services import find_by_slug

MOST_SHOWN = 200


class Command(BaseCommand):
    help = "Loads a file H (inhabitants) into a town's padron; with a refused line nothing is loaded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--town", required=True, metavar="SLUG")
        parser.add_argument("--only-good", action="store_true", help="load the good lines and leave the refused out")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, town: str, file: Path, only_good: bool, **options: Any) -> None:
        found = find_by_slug(town)
        if found is None:
            raise CommandError(f"There is no town '{town}'.")
        municipality = found.municipality
        with file.open(encoding=ENCODING, newline="") as lines, acting_for(municipality.pk):
            report = import_inhabitants(
                lines, town=municipality, only_good=only_good, actor=replace(SYSTEM, municipality_id=municipality.pk)
            )
        for refused in report.refused[:MOST_SHOWN]:
            self.stderr.write(f"line {refused.line}: {refused.reason}")
        if len(report.refused) > MOST_SHOWN:
            self.stderr.write(f"… and {len(report.refused) - MOST_SHOWN} more")
        if not report.saved:
            raise CommandError(
                f"{len(report.refused)} lines refused, nothing was loaded. Mend them, or use --only-good."
            )
        self.stdout.write(f"{report.loaded} loaded, {report.unchanged} unchanged, {len(report.refused)} refused")

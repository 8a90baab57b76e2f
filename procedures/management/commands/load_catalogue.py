"""`manage.py load_catalogue`: the province's catalogue from its tables; safe to run again."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.payments.services import load_tariffs
from procedures.loading.catalogue import read_catalogue
from procedures.loading.save import save_catalogue
from procedures.loading.tables import CatalogueError

DATA = Path(__file__).resolve().parents[2] / "data"


class Command(BaseCommand):
    help = "Load the catalogue of procedures; rows are found by their code, so it can be run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="folder", type=Path, default=DATA, help="folder of the tables")
        parser.add_argument("--overwrite", action="store_true", help="also what the operator has edited")

    def handle(self, *args: Any, folder: Path, overwrite: bool, **options: Any) -> None:
        try:
            count = save_catalogue(read_catalogue(folder), keep_edited=not overwrite)
            load_tariffs()
        except CatalogueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{count} procedures")

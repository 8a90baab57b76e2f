"""`manage.py import_form urb-001.json`: checks a form's file and publishes it; a second time it changes nothing."""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.audit.services import SYSTEM
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from procedures.definitions.schema import read
from procedures.services import import_form

from .export_form import municipality_of


class Command(BaseCommand):
    help = "Publishes a form that export_form, or a person, has written as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--town", help="as this town's own form; by default the province's")

    def handle(self, *args: Any, file: Path, town: str | None, **options: Any) -> None:
        pk = municipality_of(town)
        try:
            found = read(file.read_bytes())
            with acting_for(pk):
                actor = replace(SYSTEM, municipality_id=pk)
                number = import_form(code=found["procedure"], definition=found, actor=actor)
        except (DomainError, OSError) as error:
            raise CommandError(str(getattr(error, "message", error))) from None
        self.stdout.write(f"{found['procedure']}: {number}")

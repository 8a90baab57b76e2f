"""`manage.py export_form URB-001 > urb-001.json`: a form as a file, the province's or, with `--town`, a town's."""

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.audit.services import SYSTEM
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError, find_by_slug, find_county
from procedures.services import export_form


def municipality_of(slug: str | None) -> int:
    """The town's, or the county's for the province; CommandError where there is none."""
    town = find_by_slug(slug) if slug else find_county()
    if town is None:
        raise CommandError(f"no town “{slug}”" if slug else "the towns are not loaded: manage.py load_municipalities")
    return town.municipality.pk


class Command(BaseCommand):
    help = "Writes the form of a procedure as JSON; import_form reads it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--town", help="with what this town changes; by default the province's")

    def handle(self, *args: Any, code: str, town: str | None, **options: Any) -> None:
        pk = municipality_of(town)
        with acting_for(pk):
            try:
                text = export_form(code=code.upper(), actor=replace(SYSTEM, municipality_id=pk))
            except DomainError as error:
                raise CommandError(str(error.message)) from None
        self.stdout.write(text, ending="")

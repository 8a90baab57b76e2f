"""`manage.py load_demo`: furnishes the pilot towns with invented people and their business with the town hall."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from biscaytik.demo import county
from biscaytik.demo.people import sign_in_lines


class Command(BaseCommand):
    help = "Loads the demo county; refuses production. Run again, it adds what is missing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", action="store_true", help="print the demo people and how they sign in")
        parser.add_argument("--again", action="store_true", help="go through it even where nothing has changed")

    def handle(self, *args: Any, people: bool, again: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("This is production: people whose passwords are printed have no place here.")
        if people:
            self.stdout.write("\n".join(sign_in_lines(settings.BASE_URL.rstrip("/"))))
            return
        try:
            if again or not county.is_loaded():
                county.load(timezone.localdate())
        except KeyError as error:
            raise CommandError(f"There is no town {error}: run manage.py load_municipalities first.") from error

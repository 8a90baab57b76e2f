"""A Python shell inside one town's door: `manage.py shell_for mundaka`."""

import code
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.municipalities.scope import acting_for
from core.municipalities.services import find_by_slug


class Command(BaseCommand):
    help = "Opens a Python shell inside one town's door."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, slug: str, **options: Any) -> None:
        town = find_by_slug(slug)
        if town is None:
            raise CommandError(f"There is no town '{slug}'.")
        with acting_for(town.municipality.pk):
            code.interact(banner=f"Inside {town.municipality}. Leave with Ctrl-D: what you changed is then saved.")

"""`manage.py generate_county --people 100000 --seed 1`: a county of invented people, for benches and demonstrations."""

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from census.generator.county import generate


class Command(BaseCommand):
    help = "Fills towns without residents with invented people; the same seed makes the same people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, required=True, help="how many in all, at most 1,200,000")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--towns", nargs="*", default=[], metavar="SLUG", help="only these; all when left out")
        parser.add_argument("--on", type=date.fromisoformat, help="the day on which they are as old as they are")
        parser.add_argument("--even", action="store_true", help="as many in each town, whatever its size")
        parser.add_argument("--invent-in-production", action="store_true", help="yes, in a production database")

    def handle(self, *args: Any, people: int, seed: int, towns: list[str], **options: Any) -> None:
        if settings.PRODUCTION and not options["invent_in_production"]:
            raise CommandError("This is production: invented residents cannot be taken out again.")
        if not 0 < people <= 1_200_000:
            raise CommandError("--people is between 1 and 1,200,000.")
        # a fixed day, so that the same seed makes the same people all year long
        today = options["on"] or timezone.localdate().replace(month=1, day=1)
        began, total = time.monotonic(), 0
        try:
            for made in generate(people=people, seed=seed, today=today, slugs=towns, even=options["even"]):
                total += made.counters.residents
                word = "has residents already" if made.skipped else f"{made.counters.residents} residents"
                if options["verbosity"] > 1 or made.skipped:
                    self.stdout.write(f"{made.town}: {word}")
        except KeyError as error:
            raise CommandError(f"There is no town {error}.") from error
        self.stdout.write(f"{total} residents in {time.monotonic() - began:.1f} s")

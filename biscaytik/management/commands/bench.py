"""`manage.py bench NAME --json`: one line `{"bench": …, "figures": {…}, "beside": {…}}`.

Each bench is a module of `benchmarks` with `run() -> (figures, beside)`; it starts what it needs, in a database of its
own with everything durable, and cleans up after itself.
"""

import importlib
import json
import pkgutil
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import benchmarks

NAMES = sorted({m.name for m in pkgutil.iter_modules(benchmarks.__path__)} - {"lab", "submission_world"})


class Command(BaseCommand):
    help = "Measures one thing and says what it compared with."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=NAMES)
        parser.add_argument("--json", action="store_true", help="one line, for a machine to read")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        bench = importlib.import_module(f"benchmarks.{name}")
        try:
            figures, beside = bench.run()
        except KeyboardInterrupt as error:
            raise CommandError("stopped") from error
        if options["json"]:
            self.stdout.write(json.dumps({"bench": name, "figures": figures, "beside": beside}))
            return
        for title, values in (("figures", figures), ("beside", beside)):
            self.stdout.write(f"{title}:")
            for key, value in values.items():
                self.stdout.write(f"  {key:<34}{value}")

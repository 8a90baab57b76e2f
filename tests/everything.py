"""What `./test` does once the packages are there: every check, every test, and at the end what to do about failures.

Last first are run the tests that share a process and its database, to find one that leans on another. Those that start
a browser or servers of their own are run once, in the ordinary order.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from biscaytik.launcher import services


@dataclass(frozen=True)
class Stage:
    """One command of `./test` and the advice for when it fails."""

    name: str
    command: str
    advice: str


STAGES = (
    Stage("messages", "python manage.py compile_messages", "A .po file is broken: the line above says where."),
    Stage("lint", "ruff check .", "`uv run ruff check --fix .` mends what can be mended by itself."),
    Stage("format", "ruff format --check --quiet .", "`uv run ruff format .` does it."),
    Stage("types", "mypy .", "Give the function the types it lacks; no `# type: ignore` without its code."),
    Stage("rooms", "lint-imports", "A room may import only rooms below it: docs/architecture.md has the order."),
    Stage("size", "python -m tests.quality.size", "Cut the module or the function by subject, not by layer."),
    Stage(
        "migrations", "python manage.py makemigrations --check --dry-run", "`uv run python manage.py makemigrations`"
    ),
    Stage("tests", "pytest -n 2 --dist worksteal -q", "Run the failing one alone: uv run pytest PATH::NAME"),
    Stage(
        "tests, last first",
        "pytest -n 2 --dist worksteal -q --reverse -m 'not browser and not server'",
        "A test leans on what another one left behind: run both alone, in this order.",
    ),
    Stage(
        "tests, with a pool",
        "DB_POOL=4 pytest -n 2 -q tests/wall tests/municipalities",
        "A connection went back to the pool with something of its visitor: doors are open inside a transaction only.",
    ),
)


def main() -> None:
    """Run the stages named on the command line, or all; exit 1 when one of them fails."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | services.start("test")
    environment["PATH"] = os.path.dirname(sys.executable) + os.pathsep + environment["PATH"]
    wanted = sys.argv[1:] or [stage.name for stage in STAGES]
    failed = []
    for stage in STAGES:
        if stage.name not in wanted:
            continue
        print(f"── {stage.name}: {stage.command}", flush=True)
        began = time.monotonic()
        ended = subprocess.run(stage.command, shell=True, env=environment, check=False)
        print(f"── {stage.name}: {time.monotonic() - began:.1f} s{' FAILED' if ended.returncode else ''}\n", flush=True)
        if ended.returncode:
            failed.append(stage)
    services.stop("test")
    for stage in failed:
        print(f"{stage.name} failed. {stage.advice}")
    raise SystemExit(1 if failed else None)


if __name__ == "__main__":
    main()

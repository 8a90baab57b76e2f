"""What must be done to the database and the files before the portal starts, each step only when its inputs changed."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from biscaytik.launcher import places

ROOMS = ("portal", "census", "town_hall", "procedures", "case_files", "registry", "core", "mail_accounts", "biscaytik")


@dataclass(frozen=True)
class Step:
    """One management command; `inputs` are the file name patterns in the rooms that decide whether it runs again."""

    command: str
    inputs: tuple[str, ...]
    folders: tuple[str, ...] = ROOMS
    as_owner: bool = False
    needs: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


STEPS = (
    Step("compile_messages", ("*.po",), ("locale",)),
    Step("collectstatic", ("*",), ("static",), arguments=("--noinput", "--verbosity=0")),
    Step("migrate", ("migrations/*.py",), as_owner=True, arguments=("--noinput", "--verbosity=0")),
    Step("ensure_seal", ("demo_seal.py",), ("core",)),
    Step("load_municipalities", ("load_municipalities.py", "*.csv"), ("core",), needs=("migrate",)),
    Step(
        "load_catalogue",
        ("load_catalogue.py", "*.csv"),
        ("procedures", "core/payments"),
        needs=("load_municipalities",),
    ),
    Step("load_demo", ("load_demo*.py", "demo*.py", "demo/*.py"), needs=("load_catalogue", "compile_messages")),
)


def prepare(environment: dict[str, str], done_file: Path) -> None:
    """Run the steps that have something new to do; `done_file` remembers them and lies beside the database it is about.

    Raises SystemExit that names the command that failed; the next start begins again with that step.
    """
    done = json.loads(done_file.read_text()) if done_file.exists() else {}
    for step in STEPS:
        key = _fingerprint(step, done)
        if done.get(step.command) == key:
            continue
        began = time.monotonic()
        print(f"{step.command} …", end=" ", flush=True)
        manage(step.command, *step.arguments, environment=_as(step, environment))
        print(f"{time.monotonic() - began:.1f} s")
        done_file.write_text(json.dumps(done := done | {step.command: key}))


def manage(*command: str, environment: dict[str, str]) -> str:
    """Run one management command and return what it printed; SystemExit with its output when it fails."""
    asked = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=places.CHECKOUT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if asked.returncode:
        advice = (
            f"\nIf the database is of another version of the code, begin anew: rm -r {places.state_folder() / 'run'}"
        )
        told = f"{asked.stdout}\nmanage.py {' '.join(command)} failed."
        raise SystemExit(told + (advice if command[0] == "migrate" else ""))
    return asked.stdout


def people(environment: dict[str, str], remembered: Path) -> str:
    """The demo people and how to sign in as them, asked again only when the demo county was loaded anew."""
    done = remembered.with_name("prepared.json")
    if not remembered.exists() or remembered.stat().st_mtime < done.stat().st_mtime:
        remembered.write_text(manage("load_demo", "--people", environment=environment))
    return remembered.read_text()


def _as(step: Step, environment: dict[str, str]) -> dict[str, str]:
    if not step.as_owner:
        return environment
    owner = {"DB_USER": environment["DB_OWNER_USER"], "DB_PASSWORD": environment["DB_OWNER_PASSWORD"]}
    return environment | owner


def _fingerprint(step: Step, done: dict[str, str]) -> str:
    """Changes with the contents of the step's inputs and with whatever the steps before it did."""
    digest = hashlib.sha256(repr((step, [done.get(name) for name in step.needs])).encode())
    for path in _inputs(step):
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _inputs(step: Step) -> Iterator[Path]:
    for folder in step.folders:
        for pattern in step.inputs:
            for path in sorted((places.CHECKOUT / folder).rglob(pattern)):
                if path.is_file() and path.suffix != ".pyc":
                    yield path

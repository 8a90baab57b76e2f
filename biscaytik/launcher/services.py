"""Start, find and stop the embedded Postgres and Valkey of this checkout.

Two profiles, each with a cluster and ports of its own: `run` is as durable as production, `test` is fast and forgetful.
Servers outlive the command that started them; the next command finds and uses them. `state` is the folder of their
files, the checkout's own when none is given.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

from biscaytik.launcher import places, postgres, valkey

PROFILES = tuple(postgres.SETTINGS)


def start(profile: str, state: Path | None = None) -> dict[str, str]:
    """Start what is not running and return the environment variables with which the settings find it.

    Raises SystemExit with what to do next when a server can't be started.
    """
    with _locked(profile, state) as folder:
        known = _read(folder)
        database_port = postgres.start(folder, profile, known.get("database_port"))
        redis_pid, redis_port = valkey.start(folder, known.get("redis_pid"), known.get("redis_port"))
        now = {
            "database_port": database_port,
            "redis_pid": redis_pid,
            "redis_port": redis_port,
        }
        if now != known:
            _write(folder, now)
    return _environment(database_port, redis_port)


def ensure(profile: str) -> dict[str, str]:
    """`start`, with the variables set in this process too, so that its children need not look again."""
    variables = start(profile)
    os.environ.update(variables)
    return variables


def stop(profile: str, state: Path | None = None) -> None:
    """Stop the servers of one profile; their data stay."""
    with _locked(profile, state) as folder:
        postgres.stop(folder)
        known = _read(folder)
        if "redis_pid" in known:
            valkey.stop(folder, known["redis_pid"])


def log_file(profile: str) -> Path:
    """Where Postgres writes what `log_statement` and the like ask for."""
    return places.state_folder() / profile / "postgres.log"


@contextlib.contextmanager
def _locked(profile: str, state: Path | None) -> Iterator[Path]:
    """The profile's folder, for one command at a time: parallel test workers all ask at the same moment."""
    if profile not in PROFILES:
        raise SystemExit(f"There is no profile {profile}: say one of {', '.join(PROFILES)}.")
    state = state or places.state_folder()
    with (state / f"{profile}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield places.own_folder(state / profile)


def _environment(database_port: int, redis_port: int) -> dict[str, str]:
    return {
        "DB_HOST": "127.0.0.1",
        "DB_PORT": str(database_port),
        "DB_NAME": postgres.DATABASE,
        "DB_USER": "biscaytik_app",
        "DB_PASSWORD": "",  # the embedded server trusts whoever reaches 127.0.0.1
        "DB_OWNER_USER": "biscaytik_owner",
        "DB_OWNER_PASSWORD": "",
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
    }


def _read(folder: Path) -> dict[str, int]:
    try:
        known: dict[str, int] = json.loads((folder / "services.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return known


def _write(folder: Path, known: dict[str, int]) -> None:
    half = folder / "services.part"
    half.write_text(json.dumps(known))
    half.rename(folder / "services.json")

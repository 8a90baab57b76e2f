"""What every bench stands on: a database of its own on the durable server, production settings, and a clean end."""

import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import psutil
import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from redis import Redis

from biscaytik.launcher import process, services
from biscaytik.launcher.stack import Stack
from biscaytik.launcher.steps import manage
from core.documents import demo_seal

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def laboratory(*commands: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """A migrated database of its own, with `commands` run on it; yields the environment of its processes.

    Raises RuntimeError where the server would forget what it answered for.
    """
    environment = dict(services.start("run"))
    name = f"bench_{os.getpid()}_{secrets.token_hex(3)}"
    with TemporaryDirectory(prefix="biscaytik-bench-") as scratch, _admin(environment) as admin:
        for setting in DURABLE:
            if admin.execute(f"SHOW {setting}").fetchone() != ("on",):
                raise RuntimeError(f"{setting} is off: a bench on such a server measures nothing")
        admin.execute(f"CREATE DATABASE {name} OWNER biscaytik_owner")
        try:
            environment |= {"DB_NAME": name, "REDIS_URL": environment["REDIS_URL"].removesuffix("/0") + "/9"}
            mail = Controller(Sink(), hostname="127.0.0.1", port=process.free_port())
            mail.start()
            settings = production(scratch) | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mail.port)}
            with patch.object(demo_seal, "DEMO", "Bench"):  # production takes no seal that calls itself a demonstration
                demo_seal.make_demo_seal(Path(settings["SEAL_P12"]), settings["SEAL_PASSPHRASE"])
            environment |= settings
            owner = environment | {"DB_USER": "biscaytik_owner"}
            manage("migrate", "--noinput", "--verbosity=0", environment=owner)
            for command in commands:
                manage(*command, environment=environment)
            yield environment
            mail.stop()
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
            Redis.from_url(environment["REDIS_URL"]).flushdb()


def production(scratch: str) -> dict[str, str]:
    """Production settings for processes on this machine alone; what they store goes to `scratch`."""
    return {
        "BISCAYTIK_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PAYMENTS_KEYS": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "BASE_URL": "https://127.0.0.1",
        "BLOB_ROOT": str(Path(scratch) / "blobs"),
        "STATIC_ROOT": str(Path(scratch) / "static"),
        "SEAL_P12": str(Path(scratch) / "seal.p12"),
        "SEAL_PASSPHRASE": "bench",
        "CLAMD_ADDRESS": "tcp://127.0.0.1:3310",
        "DB_PASSWORD": "not-asked-for-here",
        "DEFAULT_FROM_EMAIL": "bench@biscaytik.eus",
        "IDENTITY_GATEWAYS": "certificate",
        "CERTIFICATE_HOST": "https://cert.127.0.0.1",
        "CERTIFICATE_PROXY_SECRET": secrets.token_urlsafe(30),
    }


def wait_until(answers: Callable[[], object], stack: Stack) -> None:
    """Until the portal `answers` without an OSError; RuntimeError where it has ended, or takes a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            answers()
            return
        except OSError as error:
            if stack.fallen() or time.monotonic() > deadline:
                raise RuntimeError(f"the portal does not start: read {stack.log('web')}") from error
            time.sleep(0.2)


def resident_mb(stack: Stack, name: str) -> float:
    """The largest process of one part, in MB."""
    root = psutil.Process(stack.children[name].pid)
    return round(max(p.memory_info().rss for p in [root, *root.children(recursive=True)]) / 1e6)


@contextmanager
def _admin(environment: dict[str, str]) -> Iterator[psycopg.Connection]:
    address = f"host={environment['DB_HOST']} port={environment['DB_PORT']} user=postgres dbname=postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


@contextmanager
def logged_statements(environment: dict[str, str]) -> Iterator[list[str]]:
    """Every statement that Postgres logs for the bench's database while inside, in the order of the log.

    The list is filled at the end. Logging costs time: no figure of speed is taken inside.
    """
    log, name, found = services.log_file("run"), environment["DB_NAME"], list[str]()
    with _admin(environment) as admin:
        admin.execute(f"ALTER DATABASE {name} SET log_statement = 'all'")
        _disconnect(admin, name)
        start = log.stat().st_size
        try:
            yield found
        finally:
            admin.execute(f"ALTER DATABASE {name} RESET log_statement")
            _disconnect(admin, name)
            with log.open(errors="replace") as lines:
                lines.seek(start)
                found += [line for line in lines if re.search(r"LOG:\s+(statement|execute [^:]*):", line)]


def _disconnect(admin: psycopg.Connection, name: str) -> None:
    """Connections take up a database's settings when they are made; returns when the old ones are gone."""
    admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name])

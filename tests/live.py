"""The portal's own processes against the test database, and servers that a test may kill."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from biscaytik.launcher import postgres, process, services
from biscaytik.launcher.stack import Stack
from tests.servers import CERTIFICATE_HOST, PORTAL_HOST, PROXY_SECRET, open_folder


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as the portal serves them, in a folder of the tests' own."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=str(folder)):
        call_command("collectstatic", interactive=False, link=True, verbosity=0)
    return folder


@pytest.fixture
def live_stack(tmp_path: Path, collected: Path) -> Iterator[Callable[..., Stack]]:
    """`live_stack(parts=("web", "worker"), CLAMD_ADDRESS=…)` starts granian and Celery as real processes.

    They log in as the app to the database that Django's connection leads to, so ask for `transactional_db` or
    `own_servers` first. `.address` is the portal's; `.stop`, `.kill` and `.start` a part. They end with the test.
    """
    with contextlib.ExitStack() as running:

        def start(*, parts: tuple[str, ...] = ("web", "worker"), **environment: str) -> Stack:
            return running.enter_context(open_stack(tmp_path, collected, parts=parts, **environment))

        yield start


@contextlib.contextmanager
def open_stack(folder: Path, collected: Path, *, parts: tuple[str, ...], **environment: str) -> Iterator[Stack]:
    """What `live_stack` starts, for whoever keeps it longer than one test; logs and mail go to `folder`."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()  # nudges of tests that had no worker
    port = process.free_port()
    mail = folder / "mail"
    mail.mkdir(exist_ok=True)
    variables = _database() | {
        "DJANGO_SETTINGS_MODULE": "biscaytik.settings",
        "REDIS_URL": settings.REDIS_URL,
        "BLOB_ROOT": str(settings.STORAGES["blobs"]["OPTIONS"]["location"]),
        "STATIC_ROOT": str(collected),
        "SEAL_P12": settings.SEAL_P12,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": f"127.0.0.1,{PORTAL_HOST},{CERTIFICATE_HOST}",
        "CERTIFICATE_HOST": f"https://{CERTIFICATE_HOST}",
        "CERTIFICATE_PROXY_SECRET": PROXY_SECRET,
        "EMAIL_FILE_PATH": str(mail),
    }
    with Stack(variables | environment, port=port, logs=folder / "logs", parts=parts, web_workers=1) as stack:
        if "web" in parts:
            stack.wait_for_portal()
        yield stack


def _database() -> dict[str, str]:
    there = connection.settings_dict
    names = {"NAME": "DB_NAME", "USER": "DB_USER", "PASSWORD": "DB_PASSWORD", "HOST": "DB_HOST", "PORT": "DB_PORT"}
    return {variable: str(there[name]) for name, variable in names.items()}


class OwnServers:
    """A durable Postgres and a Valkey of one test's own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.variables = services.start("run", state)

    def start(self) -> None:
        """Start what is not running, on the ports as before."""
        assert services.start("run", self.state) == self.variables

    def kill_postgres(self) -> None:
        """End Postgres as a power cut would; `start` brings it back."""
        self._kill("postgres")

    def kill_valkey(self) -> None:
        """End Valkey, with everything it held; `start` brings it back empty."""
        self._kill("valkey")

    def _kill(self, name: str) -> None:
        folder = self.state / "run" / name
        ours = [psutil.Process(pid) for pid in psutil.pids() if process.is_ours(pid, folder)]
        for server in ours:
            with contextlib.suppress(psutil.NoSuchProcess):  # a child that went with its parent
                server.send_signal(signal.SIGKILL)
        psutil.wait_procs(ours, timeout=10)


def _copy_database(there: dict[str, str]) -> None:
    """What the migrations made in the tests' database, for a server of one's own: they would take far longer."""
    here = connection.settings_dict
    programs, owner = postgres.programs(), ["-U", here["OWNER"]["USER"]]
    dump = ["pg_dump", "-h", here["HOST"], "-p", str(here["PORT"]), *owner, "--exclude-schema=kept", here["NAME"]]
    fill = ["psql", "-h", there["DB_HOST"], "-p", there["DB_PORT"], *owner, "-d", there["DB_NAME"]]
    fill += ["-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1"]
    with subprocess.Popen([programs / dump[0], *dump[1:]], stdout=subprocess.PIPE) as dumped:
        subprocess.run([programs / fill[0], *fill[1:]], stdin=dumped.stdout, check=True)
    assert dumped.returncode == 0


@pytest.fixture
def own_servers(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OwnServers]:
    """Postgres (migrated, durable) and Valkey that the test may kill; Django's own connection leads there meanwhile."""
    state = open_folder("own")
    servers = OwnServers(state)
    there = servers.variables
    _copy_database(there)
    with django_db_blocker.unblock():
        connection.close()
        for name in ("HOST", "PORT", "NAME"):
            monkeypatch.setitem(connection.settings_dict, name, there[f"DB_{name}"])
        monkeypatch.setattr(settings, "REDIS_URL", there["REDIS_URL"])
        yield servers
        connection.close()
    services.stop("run", state)
    shutil.rmtree(state)

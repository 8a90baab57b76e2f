"""What docker-compose.yml starts, started without containers: the entry point behind the real nginx."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from biscaytik.launcher import places, process, services
from tests.deploy.test_checks import PRODUCTION, make_seal
from tests.servers import CERTIFICATE_HOST, PORTAL_HOST, PROXY_SECRET, Nginx, open_folder

ENTRYPOINT = str(places.CHECKOUT / "deploy" / "entrypoint")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Production's variables, with a durable Postgres and a Valkey of the test's own."""
    state = open_folder("production")
    servers = services.start("run", state)
    owner = {"DB_OWNER_USER", "DB_OWNER_PASSWORD", "DB_PASSWORD"}
    yield (
        PRODUCTION
        | {name: value for name, value in servers.items() if name not in owner}
        | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "TMPDIR": str(tmp_path),
            "ALLOWED_HOSTS": f"{PORTAL_HOST},{CERTIFICATE_HOST}",
            "BASE_URL": f"https://{PORTAL_HOST}",
            "CERTIFICATE_HOST": f"https://{CERTIFICATE_HOST}",
            "CERTIFICATE_PROXY_SECRET": PROXY_SECRET,
            "SEAL_P12": make_seal(tmp_path),
            "BLOB_ROOT": str(tmp_path / "blobs"),
            "STATIC_ROOT": str(tmp_path / "static"),
            "GRANIAN_PORT": str(process.free_port()),
            "GRANIAN_WORKERS": "1",
            "WORKER_CONCURRENCY": "1",
        }
    )
    services.stop("run", state)
    shutil.rmtree(state)


def job(name: str, environment: dict[str, str], **more: str) -> str:
    """Run one job of the entry point to its end."""
    done = subprocess.run(
        [ENTRYPOINT, *name.split()], env=environment | more, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Servers of the entry point; they are ended as compose ends them."""
    running: list[subprocess.Popen[bytes]] = []
    yield running
    for server in running:
        server.terminate()
    for server in running:
        assert server.wait(30) in (0, -15), "a server does not end cleanly"


@pytest.mark.server
def test_a_fresh_production_is_migrated_loaded_and_answers_behind_nginx(
    environment: dict[str, str],
    real_nginx: Callable[..., Nginx],
    started: list[subprocess.Popen[bytes]],
    tmp_path: Path,
) -> None:
    job("migrate", environment, DB_USER="biscaytik_owner")
    job("load", environment)
    with (tmp_path / "output").open("wb") as output:
        for part in ("web", "worker", "beat"):
            started.append(subprocess.Popen([ENTRYPOINT, part], env=environment, stdout=output, stderr=output))
    nginx = real_nginx(upstream=f"127.0.0.1:{environment['GRANIAN_PORT']}", static=Path(environment["STATIC_ROOT"]))
    deadline = time.monotonic() + 90
    while (page := nginx.request("GET", "/eu/")).status != 200:
        assert time.monotonic() < deadline, (page.status, (tmp_path / "output").read_text()[-3000:])
        time.sleep(0.5)
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    style = page.data.decode().split('rel="stylesheet" href="')[1].split('"')[0]
    assert "immutable" in nginx.request("GET", style).headers["Cache-Control"]
    assert nginx.request("GET", "/mundaka/eu/").status == 200
    job("healthy web", environment)
    assert "rendered a PDF" in job("selfcheck", environment)
    job("healthy worker", environment)
    assert list(tmp_path.glob("beat*"))

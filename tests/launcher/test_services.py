"""The embedded servers: started once, found again, repaired after a crash."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from biscaytik.launcher import places, process, services
from tests.servers import open_folder


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of its own, so that the servers of the running tests stay untouched."""
    folder = open_folder("launcher")
    monkeypatch.setattr(places, "state_folder", lambda: folder)
    yield folder
    services.stop("test")
    services.stop("run")
    shutil.rmtree(folder)


def connect(variables: dict[str, str], user: str = "biscaytik_app") -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host="127.0.0.1",
        port=variables["DB_PORT"],
        dbname=variables["DB_NAME"],
        user=user,
    )


def postmaster(state: Path, profile: str = "test") -> int:
    return int((state / profile / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_a_second_start_finds_the_running_servers(state: Path) -> None:
    first = services.start("test")
    pid = postmaster(state)
    assert services.start("test") == first
    assert postmaster(state) == pid
    assert redis.Redis.from_url(first["REDIS_URL"]).ping()


def test_the_app_role_cannot_pass_the_wall_and_inherits_nothing(state: Path) -> None:
    with connect(services.start("test")) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper OR rolbypassrls, pg_has_role('biscaytik_app', oid, 'SET'),"
            " pg_has_role('biscaytik_app', oid, 'USAGE') FROM pg_roles WHERE rolname LIKE 'biscaytik%' ORDER BY 1"
        ).fetchall()
    assert rows == [
        ("biscaytik_app", False, True, True),
        ("biscaytik_citizen", False, True, False),
        ("biscaytik_owner", True, False, False),
        ("biscaytik_province", True, True, False),
    ]


def test_nothing_is_lost_when_the_servers_are_killed(state: Path) -> None:
    variables = services.start("run")
    with connect(variables, "biscaytik_owner") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    os.kill(postmaster(state, "run"), signal.SIGKILL)
    again = services.start("run")
    with connect(again, "biscaytik_owner") as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_lock_file_whose_number_now_belongs_to_another_process_does_not_hinder(
    state: Path,
) -> None:
    services.start("test")
    data = state / "test" / "postgres"
    lock = (data / "postmaster.pid").read_text()
    services.stop("test")
    with process.spawn(["/bin/sleep", "60"], log=state / "sleep.log") as stranger:
        (data / "postmaster.pid").write_text(lock.replace(lock.splitlines()[0], str(stranger.pid), 1))
        variables = services.start("test")
        stranger.kill()
    connect(variables).close()


def test_a_taken_port_is_left_to_its_owner(state: Path) -> None:
    port = services.start("test")["DB_PORT"]
    services.stop("test")
    with socket.create_server(("127.0.0.1", int(port))):
        variables = services.start("test")
    assert variables["DB_PORT"] != port
    connect(variables).close()


def test_commands_that_start_at_the_same_moment_share_one_server(state: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from biscaytik.launcher import services;"
        "print(services.start('test', Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(state)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=places.CHECKOUT) for _ in range(2)]
    one, other = (started.communicate(timeout=60)[0] for started in both)
    assert one == other != b""


def test_a_cluster_of_an_older_postgres_is_kept_for_run_and_made_anew_for_tests(
    state: Path,
) -> None:
    for profile in ("run", "test"):
        services.start(profile)
        services.stop(profile)
        (state / profile / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(SystemExit, match="move it away"):
        services.start("run")
    connect(services.start("test")).close()


@pytest.mark.skipif(not places.is_root(), reason="only root's servers step down to another user")
def test_programs_below_a_private_folder_are_copied_not_opened_up(state: Path) -> None:
    private = Path(tempfile.mkdtemp(prefix="biscaytik-private-"))
    (private / "package").mkdir()
    shutil.copy("/bin/true", private / "package" / "program")
    copy = places.reachable(private / "package" / "program", [private / "package"])
    assert copy.is_relative_to(state)
    assert private.stat().st_mode & 0o077 == 0
    shutil.rmtree(private)

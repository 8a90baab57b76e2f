"""deploy/postgres: the files that make production's cluster, run on a real one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from biscaytik.launcher import places, postgres, services
from tests.servers import open_folder

SCRIPT = places.CHECKOUT / "deploy" / "postgres" / "database.sh"


@pytest.fixture
def cluster() -> Iterator[int]:
    """The port of a fresh cluster."""
    state = open_folder("roles")
    yield int(services.start("test", state)["DB_PORT"])
    services.stop("test", state)
    shutil.rmtree(state)


def test_roles_get_their_passwords_and_the_database_its_owner_and_again_changes_nothing(
    cluster: int, tmp_path: Path
) -> None:
    with psycopg.connect(f"host=127.0.0.1 port={cluster} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE biscaytik")
        for role in ("app", "owner"):
            (tmp_path / role).write_text(f"a 'quoted' password of {role}")
        environment = os.environ | {
            "PATH": f"{postgres.programs()}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(cluster),
            "DB_APP_PASSWORD_FILE": str(tmp_path / "app"),
            "DB_OWNER_PASSWORD_FILE": str(tmp_path / "owner"),
        }
        for _ in range(2):
            connection.execute(postgres.ROLES.read_bytes())
            subprocess.run([SCRIPT], env=environment, check=True)
        row = connection.execute(
            "SELECT (SELECT count(*) FROM pg_authid WHERE rolname IN ('biscaytik_app', 'biscaytik_owner')"
            " AND rolpassword LIKE 'SCRAM-SHA-256%'), pg_get_userbyid(datdba),"
            " has_database_privilege('biscaytik_app', oid, 'CREATE'),"
            " has_database_privilege('biscaytik_app', oid, 'CONNECT')"
            " FROM pg_database WHERE datname = 'biscaytik'"
        ).fetchone()
    assert row == (2, "biscaytik_owner", False, True)

"""The portal's processes are watched, and the servers of one test can be killed without anybody else noticing."""

from collections.abc import Callable

import psycopg
import pytest
import redis
from django.db import connection

from biscaytik.launcher import steps
from biscaytik.launcher.stack import Stack
from tests.live import OwnServers


@pytest.mark.server
def test_a_worker_that_was_killed_is_noticed_and_can_be_started_again(
    transactional_db: None, live_stack: Callable[..., Stack]
) -> None:
    stack = live_stack(parts=("worker",))
    assert "PDF" in steps.manage("selfcheck", environment=dict(stack.environment))
    stack.children["worker"].kill()
    stack.children["worker"].wait()
    assert stack.fallen() == "worker"
    assert str(stack.log("worker")) in stack.why("worker")
    stack.start("worker")
    assert "PDF" in steps.manage("selfcheck", environment=dict(stack.environment))


@pytest.mark.server
def test_servers_of_ones_own_can_be_killed_and_come_back(own_servers: OwnServers) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 10
    connection.close()
    own_servers.kill_postgres()
    own_servers.kill_valkey()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=own_servers.variables["DB_PORT"], user="biscaytik_app")
    own_servers.start()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == "biscaytik_app"
    assert redis.Redis.from_url(own_servers.variables["REDIS_URL"]).ping()

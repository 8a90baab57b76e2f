"""A broker that is away costs the citizen half a second at most, and nobody a receipt."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from celery import current_app
from django.conf import settings

from biscaytik.launcher.stack import queues
from core.notifications.constants import Queue
from core.notifications.models import OutboxRow
from core.notifications.services import nudge, nudging, outbox, put, register_effect
from tests.cast import Cast


@pytest.fixture
def broker_at(monkeypatch: pytest.MonkeyPatch) -> Any:
    def move(port: int) -> None:
        monkeypatch.setattr(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")
        nudging.rest_no_longer()

    return move


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Accepts connections and never answers: worse than one that is down."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        yield server.getsockname()[1]


def test_a_worker_is_told_town_and_queue() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete(Queue.MAIL.value)
        assert nudge(7, Queue.MAIL)
        (message,) = broker.lrange(Queue.MAIL.value, 0, -1)
        assert b"notifications.run_due" in message
        broker.delete(Queue.MAIL.value)


def test_every_wait_for_the_broker_has_an_end() -> None:
    connection = nudging.bounded_connection()
    options = connection.transport_options
    assert options["socket_connect_timeout"] + options["socket_timeout"] <= 0.5
    assert options["max_retries"] == 0


def test_a_broker_that_is_down_is_asked_once_and_then_left_alone(
    broker_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker_at(1)
    asked = []
    real = current_app.send_task
    monkeypatch.setattr(current_app, "send_task", lambda *a, **k: (asked.append(1), real(*a, **k)))
    assert [nudge(7, Queue.DEFAULT) for _ in range(5)] == [False] * 5
    assert len(asked) == 1


def test_one_that_says_nothing_is_given_up(broker_at: Any, silent_port: int) -> None:
    broker_at(silent_port)
    assert not nudge(7, Queue.DEFAULT)


def test_when_it_is_back_it_is_used_again(broker_at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(nudging.time, "monotonic", lambda: now[0])
    with monkeypatch.context():
        broker_at(1)
        assert not nudge(7, Queue.DEFAULT)
    url = current_app.conf.broker_url
    monkeypatch.setattr(current_app.conf, "broker_write_url", url)
    assert not nudge(7, Queue.DEFAULT)
    now[0] += nudging.REST_SECONDS
    assert nudge(7, Queue.DEFAULT)


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_row_is_there_and_the_request_goes_on(cast: Cast, broker_at: Any) -> None:
    from core.municipalities.scope import acting_for

    broker_at(1)
    register_effect("test")(lambda payload: None)
    with acting_for(cast.mundaka.pk):
        outbox([put("test", key="k", payload={})])
    with acting_for(cast.mundaka.pk):
        assert OutboxRow.objects.get().done_at is None


def test_the_workers_consume_every_queue() -> None:
    assert set(queues().split(",")) == set(Queue.values)

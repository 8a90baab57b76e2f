"""Two workers at the same outbox, in real transactions: neither does what the other does, and neither waits for it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.municipalities.scope import acting_for
from core.notifications.constants import NotificationState
from core.notifications.models import Notification, OutboxRow
from core.notifications.services import effects, lapse_due, outbox, put, register_effect, run_due
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 5  # seconds: more than any of these workers needs that does not wait for another


@pytest.fixture
def town(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("core.notifications.services.effects.nudge", lambda *what: None)
    return cast.mundaka.pk


def put_in(town: int, *keys: str) -> None:
    """Due one after the other, in this order."""
    with acting_for(town):
        outbox([put("test", key=key, payload={"key": key}) for key in keys])
        for n, key in enumerate(reversed(keys), start=1):
            OutboxRow.objects.filter(key=key).update(not_before=timezone.now() - timedelta(minutes=n))


def beside(first: Any, second: Any) -> tuple[bool, Any]:
    """Run `second` while `first(wait)` holds what it holds in `wait`; whether it did not wait, and its answer."""
    held, done = threading.Event(), threading.Event()
    waited: list[bool] = []

    def wait() -> None:
        held.set()
        waited.append(not done.wait(PATIENCE))

    def one() -> None:
        try:
            first(wait)
        finally:
            held.set()
            connection.close()

    def other() -> Any:
        try:
            held.wait(PATIENCE)
            return second()
        finally:
            done.set()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        begun, answer = pool.submit(one), pool.submit(other)
        begun.result()
        return waited == [False], answer.result()


def test_a_worker_passes_over_the_row_that_another_takes(town: int) -> None:
    did: list[str] = []
    register_effect("test")(lambda payload: did.append(payload["key"]))
    put_in(town, "held", "free")

    def holds(wait: Any) -> None:
        with acting_for(town):
            OutboxRow.objects.select_for_update(of=("self",)).get(key="held")
            wait()

    at_once, tried = beside(holds, lambda: run_due(town))
    assert (at_once, tried, did) == (True, 1, ["free"])
    assert run_due(town) == 1
    assert did == ["free", "held"]


def test_what_one_worker_is_doing_no_other_does(town: int) -> None:
    """Also when it takes longer than the pause after which it counts as abandoned."""
    did: list[str] = []
    pause: list[Any] = []

    def handler(payload: dict[str, Any]) -> None:
        did.append(payload["key"])
        if pause:
            pause.pop()()

    register_effect("test")(handler)
    put_in(town, "slow")
    with acting_for(town):
        row = OutboxRow.objects.get()

    def works(wait: Any) -> None:
        pause.append(wait)
        assert run_due(town) == 1

    at_once, _ = beside(works, lambda: effects._try(town, row.pk))
    assert at_once and did == ["slow"]
    with acting_for(town):
        assert OutboxRow.objects.get().done_at


def test_a_notification_that_is_being_opened_is_not_lapsed_meanwhile(town: int, cast: Cast) -> None:
    with acting_for(town):
        Notification.objects.create(
            person=cast.ane.person, legal=True, subject_eu="x", subject_es="x", state=NotificationState.AVAILABLE,
            available_at=timezone.now(), lapses_on=timezone.localdate() - timedelta(days=1),
        )  # fmt: skip

    def opens(wait: Any) -> None:
        with acting_for(town):
            Notification.objects.select_for_update(of=("self",)).get()
            wait()

    def lapses() -> int:
        with acting_for(town):
            return lapse_due(timezone.localdate())

    assert beside(opens, lapses) == (True, 0)
    assert lapses() == 1

"""The outbox: decided in a transaction, done after it, at least once, and visible when it can't be done."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.audit.models import AuditRow
from core.audit.services import SYSTEM
from core.documents.constants import DocumentState
from core.documents.models import Document
from core.documents.services import new_document, save_all
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.notifications.constants import Queue
from core.notifications.models import OutboxRow
from core.notifications.services import Temporary, outbox, put, register_effect, render_effect, retry, run_due, sweep
from core.notifications.services.effects import BACKOFF
from core.notifications.services.sweeping import towns_with_due_effects
from tests.cast import Cast
from tests.documents.samples import SAMPLES

Nudges = list[tuple[int, Queue]]


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> Nudges:
    sent: Nudges = []
    for module in ("effects", "sweeping"):
        monkeypatch.setattr(f"core.notifications.services.{module}.nudge", lambda *what: sent.append(what))
    return sent


@pytest.fixture
def done() -> Iterator[list[dict[str, Any]]]:
    """What the effect `test` was called with."""
    calls: list[dict[str, Any]] = []
    register_effect("test")(calls.append)
    yield calls


def put_in(key: str = "k", **payload: Any) -> None:
    outbox([put("test", key=key, payload=payload)])


def test_an_effect_is_nudged_only_after_the_commit(
    in_mundaka: Cast, nudges: Nudges, done: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        put_in(n=1)
        assert not nudges
    for callback in callbacks:
        callback()
    assert nudges == [(in_mundaka.mundaka.pk, Queue.DEFAULT)]


def test_what_is_rolled_back_has_no_effect(in_mundaka: Cast, done: list[Any]) -> None:
    with pytest.raises(DomainError), transaction.atomic():
        put_in()
        raise DomainError("no")
    assert run_due(in_mundaka.mundaka.pk) == 0 and not done


def test_rows_are_saved_by_one_statement(in_mundaka: Cast, done: list[Any], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        outbox([put("test", key=str(n), payload={}) for n in range(5)])


def test_the_same_key_is_done_once(in_mundaka: Cast, done: list[Any]) -> None:
    put_in(n=1)
    put_in(n=2)
    assert run_due(in_mundaka.mundaka.pk) == 1
    assert done == [{"n": 1}]
    assert run_due(in_mundaka.mundaka.pk) == 0


def test_an_effect_that_nobody_does_is_refused_at_once(in_mundaka: Cast) -> None:
    with pytest.raises(KeyError):
        put("nobody", key="k", payload={})


def test_a_town_does_its_own_effects_only(in_mundaka: Cast, done: list[Any]) -> None:
    put_in()
    assert run_due(in_mundaka.balmaseda.pk) == 0
    assert run_due(in_mundaka.mundaka.pk) == 1


def test_a_queue_does_its_own_effects_only(in_mundaka: Cast, done: list[Any]) -> None:
    put_in()
    assert run_due(in_mundaka.mundaka.pk, queue=Queue.MAIL) == 0
    assert run_due(in_mundaka.mundaka.pk, queue=Queue.DEFAULT) == 1


@pytest.mark.parametrize("fault", [Temporary("later"), OSError("disk"), ConnectionRefusedError("smtp")])
def test_a_passing_fault_is_tried_again_later_and_leaves_nothing_behind(in_mundaka: Cast, fault: Exception) -> None:
    @register_effect("test")
    def fails(payload: dict[str, Any]) -> None:
        Document.objects.update(title_eu="changed")
        raise fault

    save_all([a_document()])
    put_in()
    assert run_due(in_mundaka.mundaka.pk) == 1
    row = OutboxRow.objects.get()
    assert row.attempts == 1 and row.done_at is None and row.failed_at is None and str(fault) in row.error
    assert row.not_before > timezone.now()
    assert not Document.objects.filter(title_eu="changed").exists()


def test_what_never_succeeds_fails_for_good_after_the_last_pause(in_mundaka: Cast) -> None:
    @register_effect("test")
    def fails(payload: dict[str, Any]) -> None:
        raise Temporary("later")

    put_in()
    for pause in (*BACKOFF, None):
        OutboxRow.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        assert run_due(in_mundaka.mundaka.pk) == 1
        row = OutboxRow.objects.get()
        assert (row.failed_at is None) == (pause is not None), "each pause is waited for, the last one too"
        if pause:
            assert abs(row.not_before - timezone.now() - timedelta(seconds=pause)) < timedelta(seconds=5)
    OutboxRow.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert run_due(in_mundaka.mundaka.pk) == 0
    assert OutboxRow.objects.get().failed_at


def test_the_try_is_counted_before_it_begins(in_mundaka: Cast) -> None:
    class Killed(BaseException):
        pass

    @register_effect("test")
    def kills(payload: dict[str, Any]) -> None:
        raise Killed

    put_in()
    with pytest.raises(Killed):
        run_due(in_mundaka.mundaka.pk)
    row = OutboxRow.objects.get()
    assert row.attempts == 1 and row.done_at is None and row.failed_at is None


def test_a_failed_effect_is_seen_and_tried_again_by_a_clerk(in_mundaka: Cast, done: list[Any]) -> None:
    @register_effect("test")
    def broken(payload: dict[str, Any]) -> None:
        raise ValueError("broken")

    put_in(n=1)
    run_due(in_mundaka.mundaka.pk)
    row = OutboxRow.objects.get()
    assert row.failed_at and "broken" in row.error
    register_effect("test")(done.append)
    assert run_due(in_mundaka.mundaka.pk) == 0
    retry(row=row, actor=in_mundaka.clerk())
    assert run_due(in_mundaka.mundaka.pk) == 1 and done == [{"n": 1}]
    assert AuditRow.objects.filter(action="notifications.retried").exists()
    with pytest.raises(DomainError):
        retry(row=row, actor=in_mundaka.clerk())


def test_a_document_that_cannot_be_made_is_marked_and_one_that_can_is_ready(in_mundaka: Cast) -> None:
    good, bad = a_document(), a_document()
    del bad.context["address"]
    save_all([good, bad])
    outbox([render_effect(good), render_effect(bad)])
    assert run_due(in_mundaka.mundaka.pk) == 2
    good.refresh_from_db()
    bad.refresh_from_db()
    assert good.state == DocumentState.READY
    assert bad.state == DocumentState.FAILED and "address" in bad.error


def test_the_sweep_finds_due_towns_from_outside_every_door(cast: Cast, done: list[Any], nudges: Nudges) -> None:
    with acting_for(cast.mundaka.pk):
        put_in()
    with acting_for(cast.balmaseda.pk):
        outbox([put("test", key="k", payload={}, not_before=timezone.now() + timedelta(hours=1))])
    assert towns_with_due_effects() == [cast.mundaka.pk]
    assert sweep() == 1
    assert nudges == [(cast.mundaka.pk, queue) for queue in Queue]


def test_the_sweeps_question_tells_ids_and_nothing_else(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outbox_due_towns()")
        assert [column.name for column in cursor.description] == ["municipality_id"]


def a_document() -> Document:
    return new_document(
        kind="TD11",
        title_eu="a",
        title_es="b",
        template="volante",
        context=dict(SAMPLES["volante"]),
        language="eu",
        actor=SYSTEM,
    )


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_do_the_same_row(cast: Cast) -> None:
    """While one worker holds a row, another passes it over."""
    from threading import Thread

    seen: list[int] = []

    @register_effect("test")
    def meanwhile(payload: dict[str, Any]) -> None:
        def other() -> None:
            seen.append(run_due(cast.mundaka.pk))
            connection.close()

        thread = Thread(target=other)
        thread.start()
        thread.join(20)

    with acting_for(cast.mundaka.pk):
        put_in()
    assert run_due(cast.mundaka.pk) == 1
    assert seen == [0]

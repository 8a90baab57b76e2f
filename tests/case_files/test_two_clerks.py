"""Two clerks, or two tabs, at the same moment: what is decided is decided once. In real transactions."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from case_files.constants import Outcome
from case_files.models import CaseFile
from case_files.services import resolve, take
from case_files.services.base import lock
from core.documents.models import Document
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from registry.constants import BookKind
from registry.models import Entry
from tests.cast import Cast

from .files import TEXT, opened, walk_to

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(cast: Cast, *calls: Callable[[], Any]) -> list[Any]:
    """Each call in a thread and a transaction of its own, the later ones begun while the first is under way."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            with acting_for(cast.mundaka.pk):
                return call()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_a_file_is_decided_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast)
        walk_to(case_file, "resolution", cast.clerk())
    both = threading.Barrier(2)

    def decide(outcome: Outcome) -> Callable[[], Any]:
        def call() -> Document:
            seen = CaseFile.objects.get(pk=case_file.pk)
            both.wait(10)
            return resolve(case_file=seen, outcome=outcome, text=TEXT, actor=cast.clerk())

        return call

    answers = at_once(cast, decide(Outcome.GRANTED), decide(Outcome.DENIED))
    refused = [answer for answer in answers if isinstance(answer, DomainError)]
    assert [error.code for error in refused] == ["done"]
    with acting_for(cast.mundaka.pk):
        assert Document.objects.filter(template="resolution").count() == 1
        assert Entry.objects.filter(book__kind=BookKind.EXIT).count() == 1


def test_whoever_comes_second_waits_and_then_sees_what_the_first_did(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast)
        task = case_file.tasks.get(state="open")
        version = case_file.version
    held, done = threading.Event(), threading.Event()

    def first() -> None:
        lock(case_file)
        held.set()
        assert not done.wait(0.5), "the second did not wait"
        take(task=task, actor=cast.clerk())

    def second() -> None:
        held.wait(10)
        try:
            lock(case_file, seen=version)
        finally:
            done.set()

    answers = at_once(cast, first, second)
    assert isinstance(answers[1], DomainError) and answers[1].code == "changed"
    assert not transaction.get_connection().in_atomic_block

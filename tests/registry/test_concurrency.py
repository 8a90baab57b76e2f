"""Many at once, in real transactions: no gap, no double, no time out of order, whoever fails or is killed."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from django.db import OperationalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.municipalities.scope import acting_for
from registry.constants import BookKind
from registry.models import Book, Entry
from registry.services import verify_book
from tests.cast import Cast

from .cases import enter

pytestmark = pytest.mark.django_db(transaction=True)


class Abort(Exception):
    """What comes after registering went wrong."""


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run each call in a thread with a connection of its own; answers and exceptions in the order of the calls."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def in_order(cast: Cast) -> list[Entry]:
    """The entries of Mundaka, after checking that nothing is missing, wrong or earlier than the one before."""
    with acting_for(cast.mundaka.pk):
        entries = list(Entry.objects.order_by("number"))
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        assert all(a.at <= b.at for a, b in pairwise(entries))
        assert all(verify_book(book) == [] for book in Book.objects.all())
    return entries


def one(cast: Cast, key: str, *, fails: bool = False, **more: Any) -> Entry:
    with acting_for(cast.mundaka.pk):
        entry = enter(cast, key, **more)
        if fails:
            raise Abort
    return entry


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fate=st.lists(st.booleans(), min_size=8, max_size=24), run=st.uuids())
def test_numbers_have_no_gaps_whoever_aborts(cast: Cast, fate: list[bool], run: Any) -> None:
    before = len(in_order(cast))
    at_once([lambda n=n, fails=fails: one(cast, f"{run}{n}", fails=fails) for n, fails in enumerate(fate)])
    assert len(in_order(cast)) == before + fate.count(False)


def test_the_first_entries_of_a_year_open_one_book(cast: Cast) -> None:
    answers = at_once([lambda n=n: one(cast, f"k{n}") for n in range(6)])
    assert sorted(entry.number for entry in answers) == [1, 2, 3, 4, 5, 6]
    with acting_for(cast.mundaka.pk):
        assert Book.objects.count() == 1


def test_one_key_at_the_same_moment_enters_once_and_leaves_no_gap(cast: Cast) -> None:
    one(cast, "first")
    answers = at_once([lambda: one(cast, "same") for _ in range(6)] + [lambda: one(cast, "other")])
    assert len({entry.pk for entry in answers[:6]}) == 1
    assert len(in_order(cast)) == 3


def test_one_key_in_both_books_at_the_same_moment_enters_once(cast: Cast) -> None:
    kinds = [BookKind.ENTRY, BookKind.EXIT]
    for kind in kinds:
        one(cast, f"first {kind}", kind=kind)
    answers = at_once([lambda kind=kind: one(cast, "same", kind=kind) for kind in kinds * 2])
    assert len({entry.pk for entry in answers}) == 1
    with acting_for(cast.mundaka.pk):
        assert sum(Book.objects.values_list("last_number", flat=True)) == Entry.objects.count() == 3


def test_a_server_process_that_is_killed_before_its_commit_leaves_no_gap(cast: Cast) -> None:
    one(cast, "first")
    holds, killed = threading.Event(), threading.Event()
    victim: list[int] = []

    def dies() -> None:
        with acting_for(cast.mundaka.pk):
            enter(cast, "lost")
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                victim.extend(cursor.fetchone())
            holds.set()
            killed.wait(10)

    def kills() -> None:
        holds.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", victim)
        killed.set()

    def waits() -> Entry:
        holds.wait(10)
        return one(cast, "next")

    died, _, entry = at_once([dies, kills, waits])
    assert isinstance(died, OperationalError)
    assert entry.number == 2
    assert [entry.key for entry in in_order(cast)] == ["first", "next"]

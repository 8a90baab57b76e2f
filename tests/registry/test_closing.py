"""The closure of a day: its last hash, once, and only when the day is over."""

from datetime import timedelta

import pytest

from core.documents.contexts import missing_keys
from core.documents.models import Document
from core.municipalities.scope import acting_for
from core.municipalities.services import terms
from core.notifications.models import OutboxRow
from registry import tasks
from registry.models import DayClosure
from registry.services import close_days, day_roots, towns_to_close
from tests.cast import Cast

from .cases import enter


def test_today_is_not_closed(in_mundaka: Cast) -> None:
    enter(in_mundaka)
    assert close_days() == []


def test_a_past_day_is_closed_once_with_its_last_hash(in_mundaka: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    last = [enter(in_mundaka, f"k{n}") for n in range(3)][-1]
    later = last.at.date() + timedelta(days=2)
    monkeypatch.setattr(terms, "local_today", lambda: later)
    assert [(one.last_number, one.last_hash, one.day) for one in close_days()] == [
        (3, last.hash, terms.local_day(last.at))
    ]
    assert close_days() == []
    assert DayClosure.objects.count() == 1
    roots = day_roots(in_mundaka.mundaka.pk, since=terms.local_day(last.at))
    assert [(root.book, root.last_hash) for root in roots] == [(str(last.book), last.hash)]
    sheet = Document.objects.get(template="day_closure")
    assert roots[0].csv == sheet.csv
    assert missing_keys("day_closure", sheet.context) == []
    assert (sheet.context["entries"], sheet.context["last_hash"]) == (3, last.hash)
    assert OutboxRow.objects.filter(kind="documents.render").count() == 1


def test_only_towns_with_something_to_close_are_named(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting_for(cast.mundaka.pk):
        entry = enter(cast)
    assert towns_to_close() == []
    later = entry.at.date() + timedelta(days=2)
    monkeypatch.setattr(terms, "local_today", lambda: later)
    assert towns_to_close() == [cast.mundaka.pk]
    with acting_for(cast.mundaka.pk):
        close_days()
    assert towns_to_close() == []


def test_the_task_asks_for_one_closure_for_each_town(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for town in (cast.mundaka, cast.balmaseda):
        with acting_for(town.pk):
            entry = enter(cast)
    later = entry.at.date() + timedelta(days=2)
    monkeypatch.setattr(terms, "local_today", lambda: later)
    asked: list[int] = []
    monkeypatch.setattr(tasks.close_town, "delay", asked.append)
    tasks.close_days()
    assert sorted(asked) == sorted([cast.mundaka.pk, cast.balmaseda.pk])
    for town in asked:
        tasks.close_town(town)
    assert towns_to_close() == []

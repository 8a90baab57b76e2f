"""Drafts without an account are bounded, and of what is let go nothing stays, neither rows nor files."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connections
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from core.documents.services import store, sweep_blobs
from core.documents.services.storing import blob_name
from core.municipalities.cache import FailOpenRedisCache
from core.municipalities.scope import acting_for
from procedures.models import Draft
from procedures.services import drafts, uploads
from procedures.services.drafts import discard, expire_drafts, files_held, forget_drafts
from procedures.tasks import expire_drafts as nightly
from tests.cast import Cast
from tests.procedures.answers import YOU
from tests.procedures.walking import PDF, Walk, errors


@pytest.fixture
def blobs(tmp_path: Path, settings: Any) -> Path:
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = settings.STORAGES | {"blobs": {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path)}}}
    assert Path(storages["blobs"].path("")) == tmp_path
    return tmp_path


def age(path: Path, days: float = 2) -> None:
    os.utime(path, times=(time.time() - days * 86400,) * 2)


@pytest.mark.parametrize(("language", "words"), [("eu", "Saiatu ordubete barru"), ("es", "dentro de una hora")])
def test_one_address_begins_only_so_many_drafts_without_account(
    online: Cast, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    monkeypatch.setattr(drafts, "ANONYMOUS_AN_HOUR", 2)
    address = f"/mundaka/{language}/procedures/VIA-010/start/"
    assert [Client().post(address).status_code for _time in range(3)] == [302, 302, 429]
    assert words in Client().post(address).content.decode()
    assert Client(REMOTE_ADDR="192.0.2.7").post(address).status_code == 302
    with acting_for(online.mundaka.pk):
        assert Draft.objects.count() == 3


def test_without_redis_a_draft_is_begun_all_the_same(online: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    away = FailOpenRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.05}})
    with pytest.raises(RedisAway):
        super(FailOpenRedisCache, away).get("x")
    monkeypatch.setattr("core.documents.limits.cache", away)
    assert Client().post("/mundaka/eu/procedures/VIA-010/start/").status_code == 302


def test_one_address_sends_only_so_many_files_without_account(online: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    monkeypatch.setattr(uploads, "FILES_AN_HOUR", 1)
    walk = Walk(Client(), "VIA-010").begin().answer()
    for count in range(2):
        data = {"file_field-photo": SimpleUploadedFile(f"{count}.pdf", PDF + b"%d" % count), "upload": "1"}
        walk.response = walk.client.post(walk.url("documents"), data)
    assert "ordubete barru" in str(errors(walk.response))
    assert len(walk.draft(online).attachments) == 1


def test_a_draft_has_no_room_for_more_than_its_questions_take(online: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST_CHARACTERS", 300)
    walk = Walk(Client(), "VIA-010").begin()
    answer = walk.post("you", {**YOU, "you_name": "x" * 400})
    assert answer.status_code == 200
    assert "Luzeegia" in str(errors(answer))
    assert walk.draft(online).data == {}
    many = walk.client.post(walk.url("you"), {"you_as": [""] * 400})
    assert "Luzeegia" in str(errors(many))


def test_what_nothing_is_left_of_is_deleted(online: Cast, citizen_client: Client) -> None:
    _untouched, written, thrown, expired = (Walk(Client(), "VIA-010").begin() for _ in range(4))
    hers = Walk(citizen_client, "REG-001").begin()  # nothing in it, but it is in her folder
    for walk in (written, expired):
        walk.post("you", YOU)
    with acting_for(online.mundaka.pk):
        discard(draft=Draft.objects.get(slug=thrown.slug), actor=_nobody(online))
        Draft.objects.filter(slug=expired.slug).update(expires_on=date(2020, 1, 1))
        Draft.objects.update(saved_at=timezone.now() - timedelta(days=2))
        assert (expire_drafts(), forget_drafts()) == (1, 3)
        assert set(Draft.objects.values_list("slug", flat=True)) == {written.slug, hers.slug}


def test_the_night_removes_a_let_go_drafts_files_and_no_others(online: Cast, blobs: Path) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    kept, gone = Walk(Client(), "VIA-010").begin().answer(), Walk(Client(), "VIA-010").begin().answer()
    for walk in (kept, gone):
        data = {"file_field-photo": SimpleUploadedFile("a.pdf", PDF + walk.slug.encode()), "upload": "1"}
        assert walk.client.post(walk.url("documents"), data).status_code == 302
    path = {walk.slug: blobs / blob_name(online.mundaka.pk, _sha(walk, online)) for walk in (kept, gone)}
    for one in path.values():
        age(one)
    with acting_for(online.mundaka.pk):
        Draft.objects.filter(slug=gone.slug).update(expires_on=date(2020, 1, 1))
    nightly()
    assert (path[kept.slug].exists(), path[gone.slug].exists()) == (True, False)
    # what is sent becomes a document: its version holds the file from then on
    assert kept.send().at == "done"
    age(path[kept.slug])
    nightly()
    assert path[kept.slug].exists()
    with acting_for(online.mundaka.pk):
        assert files_held() == set()


def test_a_file_that_was_kept_anew_today_stays_whatever_its_age_was(online: Cast, blobs: Path) -> None:
    town = online.mundaka.pk
    name = blob_name(town, store(town, b"again").sha256)
    age(blobs / name)
    store(town, b"again")
    half = (blobs / name).with_name(".half.1234")
    half.touch()
    age(half)
    with acting_for(town):
        assert sweep_blobs(town, used=()) == 1
    assert ((blobs / name).exists(), half.exists()) == (True, False)


def _sha(walk: Walk, cast: Cast) -> str:
    return str(walk.draft(cast).attachments[0]["sha256"])


def _nobody(cast: Cast) -> Any:
    from core.audit.constants import ActorKind, Channel
    from core.audit.services import Actor

    return Actor(kind=ActorKind.CITIZEN, channel=Channel.WEB, municipality_id=cast.mundaka.pk)


def test_a_browser_without_account_goes_on_with_the_draft_that_it_began(online: Cast) -> None:
    client = Client()
    walk = Walk(client, "VIA-010").begin()
    walk.post(walk.at, YOU)
    assert Walk(client, "VIA-010").begin().slug == walk.slug
    assert "Hasi beste bat" in client.get("/mundaka/eu/procedures/VIA-010/start/").content.decode()
    assert Walk(client, "VIA-010").begin(another="1").slug != walk.slug
    assert Walk(Client(), "VIA-010").begin().slug != walk.slug


def test_a_cookie_with_another_token_opens_no_draft(online: Cast) -> None:
    walk, thief = Walk(Client(), "VIA-010").begin(), Client()
    thief.cookies[f"draft-{walk.slug}"] = "forged"
    assert Walk(thief, "VIA-010").begin().slug != walk.slug


def test_whoever_has_the_same_browser_is_not_led_to_a_discreet_matter(online: Cast) -> None:
    client = Client()
    first = Walk(client, "IGU-001").begin()
    assert Walk(client, "IGU-001").begin().slug != first.slug


def test_another_one_is_only_begun_once_something_is_written(online: Cast, browser: Callable[..., Client]) -> None:
    client = browser(online.jon)
    first = Walk(client, "REG-001").begin()
    assert Walk(client, "REG-001").begin(another="1").slug == first.slug
    first.post("you", YOU)
    second = Walk(client, "REG-001").begin(another="1")
    assert second.slug != first.slug
    assert Walk(client, "REG-001").begin(another="1").slug == second.slug


@pytest.mark.django_db(transaction=True)
def test_another_one_pressed_twice_at_once_is_one_draft(
    transactional_db: None, online: Cast, browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = [browser(online.jon), browser(online.jon)]
    first = Walk(clients[0], "REG-001").begin()
    first.post("you", YOU)
    both, insert = threading.Barrier(2, timeout=20), QuerySet.bulk_create

    def together(rows: Any, *args: Any, **options: Any) -> Any:
        if rows.model is Draft:
            both.wait()
        return insert(rows, *args, **options)

    def press(client: Client) -> str:
        try:
            return Walk(client, "REG-001").begin(another="1").slug
        finally:
            connections.close_all()

    monkeypatch.setattr(QuerySet, "bulk_create", together)
    with ThreadPoolExecutor(2) as hands:
        slugs = set(hands.map(press, clients))
    assert len(slugs) == 1 and first.slug not in slugs
    with acting_for(online.mundaka.pk):
        assert Draft.objects.count() == 2

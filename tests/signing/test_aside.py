"""What is brought to be signed lies aside for some minutes, and no longer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from core.documents.services.storing import blob_name
from core.municipalities.scope import acting_for
from core.signing.models import SigningAttempt, SigningRequest
from core.signing.tasks import sweep
from tests.cast import Cast
from tests.servers import Identity
from tests.signing.autofirma import AutoFirma
from tests.signing.cloud import Service
from tests.signing.conftest import JON
from tests.signing.test_autofirma import begun, look
from tests.signing.test_cloud import back, leave

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(citizen_client: Client, asked: SigningRequest) -> AutoFirma:
    opened = AutoFirma()
    opened.open(begun(citizen_client, asked))
    return opened


def kept(town: int) -> str:
    """The name of what lies aside; empty where nothing does."""
    with acting_for(town):
        found = SigningAttempt.objects.last().data.get("aside")  # type: ignore[union-attr]
    return blob_name(town, found) if found else ""


def exists(name: str) -> bool:
    return bool(name) and storages["blobs"].exists(name)


@pytest.mark.parametrize("whose", ["hers", "his", "nobody's"])
def test_an_answer_goes_as_soon_as_it_was_looked_at(
    citizen_client: Client,
    asked: SigningRequest,
    programme: AutoFirma,
    card: Callable[..., Identity],
    cast: Cast,
    whose: str,
) -> None:
    if whose == "nobody's":
        programme.say("CANCEL")
    else:
        programme.sign(card() if whose == "hers" else card(JON))
    name = kept(cast.mundaka.pk)
    assert exists(name)
    look(citizen_client, asked)
    assert not exists(name) and not kept(cast.mundaka.pk)


def test_a_file_prepared_for_the_cloud_goes_with_the_try(
    citizen_client: Client, asked: SigningRequest, service: Service, cast: Cast
) -> None:
    permission = back(citizen_client, service.visit(leave(citizen_client, asked)))
    name = kept(cast.mundaka.pk)
    assert exists(name)
    back(citizen_client, service.visit(permission, allow=False))
    assert not exists(name) and not kept(cast.mundaka.pk)


def test_the_night_throws_away_what_nobody_came_back_to(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, cast: Cast
) -> None:
    programme.say("CANCEL")
    name = kept(cast.mundaka.pk)
    assert sweep() == 0 and exists(name)  # she may still come
    with acting_for(cast.mundaka.pk):
        SigningAttempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert sweep() == 1
    assert not exists(name) and not kept(cast.mundaka.pk)
    assert sweep() == 0


def test_the_night_throws_away_what_a_try_left_that_was_begun_again(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, cast: Cast
) -> None:
    programme.say("CANCEL")
    name = kept(cast.mundaka.pk)
    begun(citizen_client, asked)
    assert exists(name) and sweep() == 1 and not exists(name)


def test_what_the_storage_does_not_let_go_stays_for_the_next_night(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme.say("CANCEL")
    name = kept(cast.mundaka.pk)

    def away(*_more: object) -> None:
        raise OSError("away")

    with monkeypatch.context() as broken:
        broken.setattr("core.signing.services.aside.discard", away)
        assert "itxi duzu" in look(citizen_client, asked)
    assert kept(cast.mundaka.pk) == name and sweep() == 1 and not exists(name)


def test_no_document_can_be_thrown_away_by_bringing_its_bytes(
    asked: SigningRequest, programme: AutoFirma, cast: Cast
) -> None:
    """What lies aside is never found by the hash of what was brought."""
    programme.say("CANCEL")
    first = kept(cast.mundaka.pk)
    with acting_for(cast.mundaka.pk):
        attempt = SigningAttempt.objects.get()
        attempt.data.pop("aside")
        attempt.save()
    programme.say("CANCEL")
    assert kept(cast.mundaka.pk) not in ("", first)


def test_an_issuer_that_does_not_answer_loses_nothing(
    citizen_client: Client, asked: SigningRequest, programme: AutoFirma, card: Callable[..., Identity], cast: Cast
) -> None:
    programme.sign(card(ask="nowhere"))
    assert "Saiatu berriro" in look(citizen_client, asked)
    assert exists(kept(cast.mundaka.pk))

"""Whoever is asked outside takes seconds, and much can happen meanwhile: real transactions, real threads."""

from collections.abc import Callable

import pytest
import requests
from django.db import connection, transaction
from django.test import Client

from core.municipalities.scope import acting_for
from core.signing.constants import AttemptState, RequestState
from core.signing.models import Signature, SigningAttempt, SigningRequest
from core.signing.services import cancel
from tests.cast import Cast
from tests.identity.pki import Authority
from tests.registry.test_concurrency import at_once
from tests.servers import Identity
from tests.signing.autofirma import AutoFirma
from tests.signing.cloud import Service
from tests.signing.conftest import address
from tests.signing.test_autofirma import begun, look
from tests.signing.test_cloud import back, leave

pytestmark = pytest.mark.django_db(transaction=True)


def withdrawn(asked: SigningRequest, cast: Cast) -> Callable[[], None]:
    """A clerk stops asking for it, at once: nobody holds its row."""

    def act() -> None:
        try:
            with acting_for(cast.mundaka.pk):
                SigningRequest.objects.select_for_update(of=("self",), nowait=True).get(pk=asked.pk)
                cancel(request=asked, reason="Oker", actor=cast.clerk())
        finally:
            connection.close()

    return act


def rows(asked: SigningRequest) -> tuple[str, list[str], int]:
    with acting_for(asked.municipality_id or 0):
        states = list(SigningAttempt.objects.values_list("state", flat=True))
        return SigningRequest.objects.get(pk=asked.pk).state, states, Signature.objects.count()


def said(client: Client, asked: SigningRequest) -> str:
    return client.get(address(asked)).content.decode()


def test_the_guard_sees_an_open_door(service: Service, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk), pytest.raises(AssertionError, match="door is open"):
        requests.post(service.url, timeout=1)
    with transaction.atomic(), pytest.raises(AssertionError):
        requests.post(service.url, timeout=1)


def test_she_signs_in_the_cloud_while_no_row_is_held(
    citizen_client: Client, asked: SigningRequest, service: Service
) -> None:
    def look_at_its_row() -> None:
        try:
            with acting_for(asked.municipality_id or 0):
                SigningRequest.objects.select_for_update(of=("self",), nowait=True).get(pk=asked.pk)
                SigningAttempt.objects.select_for_update(of=("self",), nowait=True).get()
        finally:
            connection.close()

    for method in ("token", "list", "info", "signHash"):
        service.meanwhile[method] = look_at_its_row
    back(citizen_client, service.visit(back(citizen_client, service.visit(leave(citizen_client, asked)))))
    assert rows(asked) == (RequestState.SIGNED, [AttemptState.DONE], 1)


@pytest.mark.parametrize("method", ["token", "list", "info", "signHash"])
def test_what_is_withdrawn_while_the_service_is_asked_is_not_signed(
    citizen_client: Client, asked: SigningRequest, service: Service, cast: Cast, method: str
) -> None:
    where = leave(citizen_client, asked)
    if method == "signHash":
        where = back(citizen_client, service.visit(where))
    service.meanwhile[method] = withdrawn(asked, cast)
    assert back(citizen_client, service.visit(where)) == address(asked)
    assert rows(asked) == (RequestState.CANCELLED, [AttemptState.FAILED], 0)
    assert "ez dago zure sinaduraren zain" in said(citizen_client, asked)


def test_what_is_begun_again_meanwhile_leaves_the_old_try_behind(
    citizen_client: Client, asked: SigningRequest, service: Service
) -> None:
    permission = back(citizen_client, service.visit(leave(citizen_client, asked)))
    service.meanwhile["signHash"] = lambda: (leave(another, asked), connection.close())
    another = Client()
    another.cookies = citizen_client.cookies
    back(citizen_client, service.visit(permission))
    assert rows(asked) == (RequestState.OPEN, [AttemptState.FAILED, AttemptState.OPEN], 0)
    assert "Denbora gehiegi" in said(citizen_client, asked)


@pytest.mark.parametrize("trip", [1, 2])
def test_one_answer_brought_twice_at_once_counts_once(
    citizen_client: Client, asked: SigningRequest, service: Service, trip: int
) -> None:
    where = leave(citizen_client, asked)
    if trip == 2:
        where = back(citizen_client, service.visit(where))
    home = citizen_client.get(service.visit(where).removeprefix("http://testserver"))["Location"]

    def come() -> str:
        client = Client()
        client.cookies = citizen_client.cookies
        return str(client.get(home)["Location"])

    places = at_once([come, come])
    if trip == 2:
        assert rows(asked) == (RequestState.SIGNED, [AttemptState.DONE], 1) and len(service.signed) == 1
    else:
        assert rows(asked) == (RequestState.OPEN, [AttemptState.OPEN], 0)
        assert sorted("scope=credential" in place for place in places) == [False, True]


def test_one_answer_of_autofirma_looked_at_twice_at_once_signs_once(
    citizen_client: Client, asked: SigningRequest, card: Callable[..., Identity]
) -> None:
    programme = AutoFirma()
    programme.open(begun(citizen_client, asked))
    programme.sign(card())

    def come() -> int:
        client = Client()
        client.cookies = citizen_client.cookies
        return client.post(address(asked, "autofirma/")).status_code

    assert at_once([come, come, come]) == [302, 302, 302]
    assert rows(asked) == (RequestState.SIGNED, [AttemptState.DONE], 1)


def test_what_is_withdrawn_while_the_issuer_is_asked_is_not_signed(
    citizen_client: Client,
    asked: SigningRequest,
    card: Callable[..., Identity],
    authority: Authority,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programme, answer, act = AutoFirma(), authority.answer_ocsp, withdrawn(asked, cast)
    programme.open(begun(citizen_client, asked))
    programme.sign(card())

    def answer_ocsp(question: bytes) -> bytes:
        act()
        return answer(question)

    monkeypatch.setattr(authority, "answer_ocsp", answer_ocsp)
    assert "ez dago zure sinaduraren zain" in look(citizen_client, asked)
    assert rows(asked) == (RequestState.CANCELLED, [AttemptState.FAILED], 0)

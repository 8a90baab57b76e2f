"""The certificate in the cloud: two trips, one hash, one signature."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from core.municipalities.scope import acting_for
from core.signing.constants import RequestState
from core.signing.models import Signature, SigningAttempt, SigningRequest
from tests.identity.pki import Authority
from tests.servers import Identity
from tests.signing.cloud import Service
from tests.signing.conftest import JON, address, bytes_of, shown

pytestmark = pytest.mark.django_db
Card = Callable[..., Identity]


def leave(client: Client, request: SigningRequest) -> str:
    """Press the button; where the browser goes."""
    answer = client.post(address(request, "cloud/begin/"), {"sha256": shown(request)})
    return str(answer["Location"])


def back(client: Client, where: str) -> str:
    """By the address that the service knows, to the town's page; where that leads."""
    first = client.get(where.removeprefix("http://testserver"))
    assert first["Location"].startswith("/mundaka/eu/sign/")
    return str(client.get(first["Location"])["Location"])


def state(request: SigningRequest) -> str:
    with acting_for(request.municipality_id or 0):
        return SigningRequest.objects.get(pk=request.pk).state


def refused(client: Client, request: SigningRequest, words: str) -> None:
    said = client.get(address(request)).content.decode()
    assert words in said, re.findall(r'class="banner.*?</div>', said, re.S)
    assert state(request) == RequestState.OPEN
    with acting_for(request.municipality_id or 0):
        assert not Signature.objects.exists()
        assert SigningAttempt.objects.last().state == "failed"  # type: ignore[union-attr]


def test_she_signs_with_two_trips(citizen_client: Client, asked: SigningRequest, service: Service) -> None:
    original = bytes_of(asked)
    permission = back(citizen_client, service.visit(leave(citizen_client, asked)))
    assert "scope=credential" in permission and not service.signed
    assert back(citizen_client, service.visit(permission)) == address(asked)
    assert len(service.signed) == 1 and not service.sads
    assert state(asked) == RequestState.SIGNED
    with acting_for(asked.municipality_id or 0):
        signature = Signature.objects.select_related("signed_version").get()
        assert signature.method == "cloud" and signature.evidence["service"] == service.url
        assert signature.signed_version and signature.signed_version.number == 2
    page = citizen_client.get(f"{address(asked, 'file/')}?signed")
    assert b"".join(page.streaming_content).startswith(original)
    assert "sinatuta dago" in citizen_client.get(address(asked)).content.decode()


def test_coming_back_twice_signs_once(citizen_client: Client, asked: SigningRequest, service: Service) -> None:
    permission = back(citizen_client, service.visit(leave(citizen_client, asked)))
    home = service.visit(permission)
    back(citizen_client, home)
    assert citizen_client.get(home.removeprefix("http://testserver")).status_code == 404
    with acting_for(asked.municipality_id or 0):
        assert Signature.objects.count() == 1


def test_the_certificate_must_be_hers(
    citizen_client: Client, asked: SigningRequest, service: Service, card: Card
) -> None:
    service.cards = {"HX0224685": card(JON)}
    assert back(citizen_client, service.visit(leave(citizen_client, asked))) == address(asked)
    refused(citizen_client, asked, "ez du zure zenbakia duen ziurtagiririk")


def test_among_several_hers_is_chosen(
    citizen_client: Client, asked: SigningRequest, service: Service, card: Card
) -> None:
    service.cards = {"HX0224685": card(JON), **service.cards}
    assert "credentialID=GX0112348" in back(citizen_client, service.visit(leave(citizen_client, asked)))


def test_a_key_that_is_off_is_not_used(citizen_client: Client, asked: SigningRequest, service: Service) -> None:
    service.status = "disabled"
    back(citizen_client, service.visit(leave(citizen_client, asked)))
    refused(citizen_client, asked, "ez du zure zenbakia duen ziurtagiririk")


def test_a_revoked_certificate_is_refused(
    citizen_client: Client, asked: SigningRequest, service: Service, authority: Authority
) -> None:
    authority.revoked.add(service.cards["GX0112348"].certificate.serial_number)
    back(citizen_client, service.visit(back(citizen_client, service.visit(leave(citizen_client, asked)))))
    refused(citizen_client, asked, "baliogabetu")


@pytest.mark.parametrize("trip", [1, 2])
def test_she_does_not_allow_it(citizen_client: Client, asked: SigningRequest, service: Service, trip: int) -> None:
    where = leave(citizen_client, asked)
    if trip == 2:
        where = back(citizen_client, service.visit(where))
    back(citizen_client, service.visit(where, allow=False))
    refused(citizen_client, asked, "Ez duzu sinadura baimendu")
    assert not service.signed


def test_anothers_answer_is_refused(citizen_client: Client, asked: SigningRequest, service: Service) -> None:
    where = service.visit(leave(citizen_client, asked))
    back(citizen_client, re.sub(r"state=[^&]+", "state=else", where))
    refused(citizen_client, asked, "beste bisita")


def test_a_signature_of_another_hash_is_refused(
    citizen_client: Client, asked: SigningRequest, service: Service
) -> None:
    service.lie = "ab" * 32
    back(citizen_client, service.visit(back(citizen_client, service.visit(leave(citizen_client, asked)))))
    refused(citizen_client, asked, "Ez da ezer sinatu")


@pytest.mark.parametrize("broken", ["token", "list", "info"])
def test_a_service_that_is_away_is_told_and_nothing_is_lost(
    citizen_client: Client, asked: SigningRequest, service: Service, broken: str
) -> None:
    service.broken = broken
    back(citizen_client, service.visit(leave(citizen_client, asked)))
    refused(citizen_client, asked, "ez du orain erantzuten")
    service.broken = ""
    permission = back(citizen_client, service.visit(leave(citizen_client, asked)))
    back(citizen_client, service.visit(permission))
    assert state(asked) == RequestState.SIGNED


def test_a_service_that_fails_at_the_end_is_told(
    citizen_client: Client, asked: SigningRequest, service: Service
) -> None:
    permission = back(citizen_client, service.visit(leave(citizen_client, asked)))
    service.broken = "signHash"
    back(citizen_client, service.visit(permission))
    refused(citizen_client, asked, "ez du orain erantzuten")


def test_a_code_of_the_service_is_good_once(citizen_client: Client, asked: SigningRequest, service: Service) -> None:
    """What the stand-in refuses, the portal survives: a code that was used already."""
    where = service.visit(leave(citizen_client, asked))
    service.codes.clear()
    back(citizen_client, where)
    refused(citizen_client, asked, "ez du orain erantzuten")

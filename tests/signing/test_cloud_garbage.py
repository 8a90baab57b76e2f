"""A signing service that answers nonsense, too much, too slowly, or a certificate that is none: told in her words."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client

from core.documents import limits
from core.signing.certificates import read_certificate
from core.signing.contrib.cloud import client as said_to_service
from core.signing.models import SigningRequest
from tests.identity.pki import name
from tests.signing.cloud import ECDSA, Service
from tests.signing.signer import der
from tests.signing.test_cloud import Card, back, leave, refused

pytestmark = pytest.mark.django_db
UNREADABLE, AWAY = "ezin da irakurri", "ez du orain erantzuten"


def info(*certificates: Any, **more: Any) -> bytes:
    key = {"status": "enabled", "algo": [ECDSA]} | more
    return json.dumps({"key": key, "cert": {"certificates": list(certificates)}}).encode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


NONSENSE = [b"", b"<html>error</html>", b"\xff\xfe", b"[]", b"null", b"{}", b"7", b"[" * 100_000]
OF_ONE = {
    "token": [b'{"access_token": %s}' % one for one in (b"7", b'"a\\r\\nb"', b'"a\\u0000b"', b'""', b'"%09000d"' % 1)],
    "list": [b'{"credentialIDs": 7}', b'{"credentialIDs": [{}]}', b'{"credentialIDs": ["a\\u0000b"]}'],
    "info": [],
    "signHash": [b'{"signatures": %s}' % one for one in (b'["!"]', b"[]", b'["AA","AA"]', b'"AA"')],
}  # fmt: skip


@pytest.mark.parametrize("method", OF_ONE)
def test_nonsense_is_told(citizen_client: Client, asked: SigningRequest, service: Service, method: str) -> None:
    for answer in NONSENSE + OF_ONE[method]:
        service.garbage.clear()
        where = leave(citizen_client, asked)
        if method == "signHash":
            where = back(citizen_client, service.visit(where))
        service.garbage[method] = answer
        back(citizen_client, service.visit(where))
        refused(citizen_client, asked, UNREADABLE)
        limits.forget()


def test_a_signature_that_is_none_is_refused(citizen_client: Client, asked: SigningRequest, service: Service) -> None:
    permission = back(citizen_client, service.visit(leave(citizen_client, asked)))
    service.garbage["signHash"] = b'{"signatures":["AAAA"]}'
    back(citizen_client, service.visit(permission))
    refused(citizen_client, asked, "Ez da ezer sinatu")


def test_a_certificate_that_nobody_can_read_is_told(
    citizen_client: Client, asked: SigningRequest, service: Service, card: Card
) -> None:
    whole = der(card())
    broken = [
        info(),
        info(7),
        info("%%%"),
        info(b64(b"no certificate")),
        info(b64(whole[:-9])),
        info(b64(whole.replace(b"12345678Z", b"\xff" * 9))),
        info(b64(whole), *[b64(whole)] * 40),
        info(b64(whole), algo=7),
    ]
    for answer in broken:
        service.garbage["info"] = answer
        back(citizen_client, service.visit(leave(citizen_client, asked)))
        refused(citizen_client, asked, UNREADABLE)


def test_a_key_of_a_kind_that_signs_no_pdf_is_no_certificate_to_sign_with() -> None:
    key, now = ed25519.Ed25519PrivateKey.generate(), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name(CN="ANE")).issuer_name(name(CN="ANE"))
    builder = builder.public_key(key.public_key()).serial_number(1).not_valid_before(now)
    made = builder.not_valid_after(now + timedelta(days=1)).sign(key, None)
    with pytest.raises(ValueError, match="neither RSA nor"):
        read_certificate(made.public_bytes(Encoding.DER))


def test_no_more_is_read_than_an_answer_can_be(citizen_client: Client, asked: SigningRequest, service: Service) -> None:
    service.garbage["list"] = b'"' + b"a" * 5_000_000
    back(citizen_client, service.visit(leave(citizen_client, asked)))
    refused(citizen_client, asked, AWAY)


@pytest.mark.parametrize(("pause", "patience"), [(0.5, (1, 0.2)), (0.02, (1, 15))])
def test_nobody_waits_for_ever(
    citizen_client: Client,
    asked: SigningRequest,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    pause: float,
    patience: tuple[float, float],
) -> None:
    """It says nothing for too long; or a byte now and then, which no limit of a single wait notices."""
    monkeypatch.setattr(said_to_service, "TIMEOUT", patience)
    monkeypatch.setattr(said_to_service, "LONGEST", 0.3)
    service.garbage["token"], service.slow = b" " * 9000, pause
    back(citizen_client, service.visit(leave(citizen_client, asked)))
    refused(citizen_client, asked, AWAY)


def test_our_secret_goes_nowhere_else(citizen_client: Client, asked: SigningRequest, service: Service) -> None:
    service.moved, service.garbage["token"] = "http://127.0.0.1:9/elsewhere", b"moved"
    back(citizen_client, service.visit(leave(citizen_client, asked)))
    refused(citizen_client, asked, UNREADABLE)

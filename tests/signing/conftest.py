"""A town that asks Ane to sign an agreement, and an issuer whose certificates it trusts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from requests.adapters import HTTPAdapter

from core.audit.services import Actor
from core.documents import limits
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import new_document, open_blob, render_now, save_all
from core.identity.models import IssuerCertificate, TrustedIssuer
from core.municipalities.scope import acting_for
from core.signing.models import SigningRequest
from core.signing.services import ask, shown_version
from tests.cast import Cast
from tests.identity.pki import ANE, Authority, answering, usage
from tests.servers import Identity
from tests.signing.cloud import CLIENT, SECRET, Service, serving

SIGNS = usage(digital_signature=True, content_commitment=True)
JON = {"C": "ES", "SERIAL": "IDCES-87654321X", "GN": "JON", "SN": "ALDANA GOIRI", "CN": "JON - 87654321X"}


def in_a_transaction() -> bool:
    """Whether the code under test has one open; the test's own does not count."""
    blocks = connection.atomic_blocks
    return connection.in_atomic_block and not (blocks and blocks[-1]._from_testcase)


@pytest.fixture(autouse=True)
def nobody_is_asked_in_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is asked outside takes seconds, and no row may be held so long: a test that does it fails."""
    send = HTTPAdapter.send

    def checked(self: HTTPAdapter, request: Any, **options: Any) -> Any:
        assert not in_a_transaction(), f"{request.url} is asked while a door is open"
        return send(self, request, **options)

    monkeypatch.setattr(HTTPAdapter, "send", checked)


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    limits.forget()
    yield
    limits.forget()


def made(actor: Actor, text: str = "Hitzarmena: 100 euro, hamar hilabetetan.") -> Document:
    """A document of the town, rendered and sealed."""
    document = new_document(
        kind=DocumentKind.AGREEMENT,
        title_eu="Zatikatze-hitzarmena",
        title_es="Acuerdo de fraccionamiento",
        template="statement",
        context={
            "party": "Ane", "party_identifier": "12345678Z", "text": {"eu": text, "es": text}, "lines": [],
            "stated_at": "2026-11-22T10:00:00+01:00", "clerk": "",
        },
        language="eu",
        actor=actor,
    )  # fmt: skip
    save_all([document])
    render_now(document)
    return document


@pytest.fixture
def town(cast: Cast) -> Cast:
    return cast


@pytest.fixture
def asked(town: Cast) -> SigningRequest:
    """Ane is asked to sign."""
    with acting_for(town.mundaka.pk):
        document = made(town.clerk())
        request: SigningRequest = ask(
            document=document, person=town.ane.person, name="Ane Etxebarria", about="Zorra zatikatzeko",
            case_reference="MUN-2026-000001", actor=town.clerk(),
        )  # fmt: skip
    return request


@pytest.fixture
def authority(tmp_path: Path, db: None) -> Iterator[Authority]:
    """An issuer that the town trusts, with its answering server."""
    made_authority = Authority(tmp_path)
    issuer = TrustedIssuer.objects.create(code="izenpe", name="Izenpe", cards="BAKQ", subject_pattern="IZENPE")
    IssuerCertificate.objects.create(
        issuer=issuer,
        subject=made_authority.certificate.subject.rfc4514_string(),
        sha256="0" * 64,
        pem=made_authority.pem.decode(),
        not_after=made_authority.certificate.not_valid_after_utc,
    )
    with answering(made_authority):
        cache.clear()
        yield made_authority


@pytest.fixture
def card(authority: Authority) -> Callable[..., Identity]:
    """`card(subject, …)`: a certificate to sign with, Ane's by default."""

    def issue(subject: dict[str, str] | None = None, **more: object) -> Identity:
        return authority.issue(subject or ANE, **({"uses": SIGNS} | more))  # type: ignore[arg-type]

    return issue


@pytest.fixture
def service(card: Callable[..., Identity], settings: Any) -> Iterator[Service]:
    """The service, with Ane's certificate in it."""
    made = Service({"GX0112348": card()})
    with serving(made):
        settings.SIGNING_GATEWAYS = ["cloud"]
        settings.CSC_URL, settings.CSC_OAUTH_URL = made.url, ""
        settings.CSC_CLIENT_ID, settings.CSC_CLIENT_SECRET = CLIENT, SECRET
        yield made


def shown(request: SigningRequest) -> str:
    """The hash that her page shows."""
    with acting_for(request.municipality_id or 0):
        version = shown_version(request)
        assert version
        return version.sha256


def bytes_of(request: SigningRequest) -> bytes:
    with acting_for(request.municipality_id or 0):
        version = shown_version(request)
        assert version
        with open_blob(version) as blob:
            return blob.read()


def address(request: SigningRequest, more: str = "") -> str:
    return f"/mundaka/eu/sign/{request.slug}/{more}"

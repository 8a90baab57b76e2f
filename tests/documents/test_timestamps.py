"""With a time-stamp authority (RFC 3161) a seal is PAdES B-T; while the authority is away, the document waits."""

import io
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pytest_django import Settings

from core.documents.constants import DocumentState
from core.documents.models import Document
from core.documents.services import render_and_seal
from core.notifications.models import OutboxRow
from core.notifications.services import outbox, render_effect, run_due
from tests.cast import Cast
from tests.documents.test_rendering import bytes_of, demo_root

STAMPED = "application/timestamp-reply"


class Authority:
    """A time-stamp authority over HTTP; `kind` is the type that it answers with."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TSA of the tests")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        der, plain = serialization.Encoding.DER, serialization.NoEncryption()
        self.certificate = asn1.Certificate.load(made.public_bytes(der))
        held = keys.PrivateKeyInfo.load(key.private_bytes(der, serialization.PrivateFormat.PKCS8, plain))
        self.stamper = DummyTimeStamper(self.certificate, held)
        self.kind, self.asked = STAMPED, 0
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                authority.asked += 1
                question = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", authority.kind)
                self.end_headers()
                self.wfile.write(authority.stamper.request_tsa_response(question).dump())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/tsa"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def authority(settings: Settings) -> Iterator[Authority]:
    made = Authority()
    settings.TSA_URL = made.address
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_seal_with_a_timestamp_is_b_t_and_trusted(new: Callable[..., Document], authority: Authority) -> None:
    signature = PdfFileReader(io.BytesIO(bytes_of(render_and_seal(new().pk)))).embedded_signatures[0]
    roots = ValidationContext(trust_roots=[demo_root(), authority.certificate], allow_fetching=False)
    status = validate_pdf_signature(signature, roots, roots)
    assert status.bottom_line and status.coverage.name == "ENTIRE_FILE"
    stamp = status.timestamp_validity
    assert stamp and stamp.intact and stamp.valid and stamp.trusted
    assert abs(stamp.timestamp - datetime.now(UTC)) < timedelta(minutes=5)
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert authority.asked


def test_without_an_authority_there_is_no_timestamp(new: Callable[..., Document]) -> None:
    assert not settings.TSA_URL
    signature = PdfFileReader(io.BytesIO(bytes_of(render_and_seal(new().pk)))).embedded_signatures[0]
    root = ValidationContext(trust_roots=[demo_root()], allow_fetching=False)
    assert validate_pdf_signature(signature, root).timestamp_validity is None


@pytest.mark.parametrize("fault", ["away", "a page of its proxy"])
def test_a_document_waits_for_an_authority_that_gives_no_timestamp(
    fault: str, new: Callable[..., Document], authority: Authority, in_mundaka: Cast, blobs: Path
) -> None:
    document = new()
    outbox([render_effect(document)])
    if fault == "away":
        authority.server.shutdown()
        authority.server.server_close()
    else:
        authority.kind = "text/html"
    assert run_due(in_mundaka.mundaka.pk) == 1
    row = OutboxRow.objects.get()
    assert row.failed_at is None and "no timestamp from" in row.error
    assert Document.objects.get(pk=document.pk).state == DocumentState.PENDING
    assert not document.versions.exists() and not [path for path in blobs.rglob("*") if path.is_file()]

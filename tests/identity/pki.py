"""An issuer of certificates of the tests' own: root, authority, citizens, and a server that knows who is revoked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from tests.servers import Identity

NAMES = {
    "C": NameOID.COUNTRY_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "CN": NameOID.COMMON_NAME,
    "SERIAL": NameOID.SERIAL_NUMBER,
    "GN": NameOID.GIVEN_NAME,
    "SN": NameOID.SURNAME,
    "ORG": x509.ObjectIdentifier("2.5.4.97"),
    "DNQ": NameOID.DN_QUALIFIER,
}
ANE = {"C": "ES", "SERIAL": "IDCES-12345678Z", "GN": "ANE", "SN": "ETXEBARRIA URIARTE", "CN": "ANE - 12345678Z"}


def name(**parts: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NAMES[key], value) for key, value in parts.items()])


USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def usage(**on: bool) -> x509.KeyUsage:
    return x509.KeyUsage(**(dict.fromkeys(USES, False) | on))


@dataclass
class Authority:
    """Issues, revokes, and answers about it at `.address`."""

    folder: Path
    label: str = "O=IZENPE"
    parent: "Authority | None" = None
    organisation: str = "IZENPE S.A."
    address: str = ""  # http://127.0.0.1:port
    revoked: set[int] = field(default_factory=set)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        self.subject = name(C="ES", O=self.organisation, CN=self.label)
        signer = self.parent or self
        builder = (
            self._builder(self.subject, signer.subject if self.parent else self.subject, self.key, 3650)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
        )
        if self.parent:
            builder = builder.add_extension(self.parent.identifier(), critical=False)
        self.certificate = builder.sign(signer.key, hashes.SHA256())

    def identifier(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def _builder(self, subject: x509.Name, issuer: x509.Name, key: Any, days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )

    def issue(
        self,
        subject: dict[str, str] | None = None,
        *,
        days: int = 365,
        uses: x509.KeyUsage | None = None,
        extended: Any = ExtendedKeyUsageOID.CLIENT_AUTH,
        ask: str = "ocsp",  # ocsp, crl or nowhere
        policy: str = "",
    ) -> Identity:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            self._builder(name(**(subject or ANE)), self.subject, key, days)
            .add_extension(uses or usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([extended]), critical=False)
            .add_extension(self.identifier(), critical=False)
        )
        if ask == "ocsp":
            where = x509.UniformResourceIdentifier(f"{self.address}/ocsp")
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        if ask == "crl":
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{self.address}/crl")], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if policy:
            stated = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
            builder = builder.add_extension(x509.CertificatePolicies([stated]), critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        stem = self.folder / f"{certificate.serial_number:x}"
        made = Identity(certificate, key, stem.with_suffix(".crt"), stem.with_suffix(".key"))
        made.certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + self.pem)
        private = (
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        made.key_file.write_bytes(key.private_bytes(*private))
        return made

    def answer_ocsp(self, question: bytes) -> bytes:
        asked = ocsp.load_der_ocsp_request(question)
        now = datetime.now(UTC)
        is_revoked = asked.serial_number in self.revoked
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=now - timedelta(minutes=1),
            next_update=now + timedelta(hours=1),
            revocation_time=now - timedelta(days=1) if is_revoked else None,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def revocation_list(self) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.subject)
            .last_update(now - timedelta(minutes=1))
            .next_update(now + timedelta(hours=1))
            .add_extension(self.identifier(), critical=False)
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        for serial in self.revoked:
            revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - timedelta(days=1))
            builder = builder.add_revoked_certificate(revoked.build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@contextmanager
def answering(authority: Authority) -> Iterator[list[str]]:
    """A real server at `authority.address`; what it was asked."""
    asked: list[str] = []

    class Responder(BaseHTTPRequestHandler):
        def _send(self, kind: str, body: bytes) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            self._send("application/ocsp-response", authority.answer_ocsp(question))

        def do_GET(self) -> None:
            self._send("application/pkix-crl", authority.revocation_list())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Responder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    authority.address = f"http://127.0.0.1:{server.server_port}"
    yield asked
    server.shutdown()
    server.server_close()

"""A certificate of the moment, and a PAdES signature with it."""

import asyncio
import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

DEMO = "BiscayTIK DEMO"


def sign(document: bytes, *, name: str, number: str) -> bytes:
    """The PDF with the signature of a certificate that says it is a demonstration's."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = asn1.Certificate.load(_issue(key, name, number).public_bytes(serialization.Encoding.DER))
    private = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    signer = SimpleSigner(
        signing_cert=certificate,
        signing_key=keys.PrivateKeyInfo.load(key.private_bytes(*private)),
        cert_registry=SimpleCertificateStore.from_certs([certificate]),
    )
    metadata = PdfSignatureMetadata(
        field_name=f"Demo-{hashlib.sha256(document).hexdigest()[:8]}",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
    )
    signing = PdfSigner(metadata, signer=signer).async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(document)))
    return bytes(asyncio.run(signing).getvalue())


def trust(certificate: x509.Certificate) -> dict[str, Any]:
    """What stands for it: nothing, and the evidence says so."""
    return {
        "issuer": DEMO,
        "issuer_subject": certificate.issuer.rfc4514_string(),
        "serial": f"{certificate.serial_number:x}",
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
    }


def _issue(key: ec.EllipticCurvePrivateKey, name: str, number: str) -> x509.Certificate:
    parts = ((NameOID.ORGANIZATION_NAME, DEMO), (NameOID.SERIAL_NUMBER, f"IDCES-{number}"), (NameOID.COMMON_NAME, name))
    subject = x509.Name([x509.NameAttribute(kind, value[:64]) for kind, value in parts])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(minutes=5))
    builder = builder.not_valid_after(now + timedelta(days=1)).add_extension(usage, critical=True)
    return builder.sign(key, hashes.SHA256())

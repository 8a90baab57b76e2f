"""A seal for places without a real one: it says of itself that it is a demonstration, and no production takes it."""

import contextlib
import datetime
import os
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from .constants import DEMO_SEAL as DEMO

ORGANIZATION_IDENTIFIER = "VATES-P4800000D"  # ETSI EN 319 412-1; the county's
YEARS = 5


def make_demo_seal(target: Path, passphrase: str) -> None:
    """Write a PKCS#12 file with a P-256 seal, its demo authority in the chain.

    Where several begin at the same moment, the first one's seal is everybody's.
    """
    root_key, root = _issue(f"{DEMO} root", None, None)
    key, certificate = _issue(f"{DEMO} seal", root_key, root)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent) as whole:  # which only its owner may read
        whole.write(
            pkcs12.serialize_key_and_certificates(
                DEMO.encode(), key, certificate, [root], serialization.BestAvailableEncryption(passphrase.encode())
            )
        )
        whole.flush()
        with contextlib.suppress(FileExistsError):
            os.link(whole.name, target)


def _issue(
    name: str, issuer_key: ec.EllipticCurvePrivateKey | None, issuer: x509.Certificate | None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ES"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEMO),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, ORGANIZATION_IDENTIFIER),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(_usage(signs=issuer is not None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer_key:
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
        builder = builder.add_extension(authority, critical=False)
    return key, builder.sign(issuer_key or key, hashes.SHA256())


def _usage(*, signs: bool) -> x509.KeyUsage:
    """A seal signs documents (with non-repudiation), an authority signs certificates."""
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_cert_sign=not signs,
        crl_sign=not signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )

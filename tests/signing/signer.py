"""Somebody's own programme: it signs a PDF with a certificate, as PAdES, and badly where a test asks for it."""

import asyncio
import io
from typing import Any

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.servers import Identity


def der(identity: Identity) -> bytes:
    return bytes(identity.certificate.public_bytes(serialization.Encoding.DER))


def signer_of(identity: Identity) -> SimpleSigner:
    private = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    certificate = asn1.Certificate.load(der(identity))
    return SimpleSigner(
        signing_cert=certificate,
        signing_key=keys.PrivateKeyInfo.load(identity.key.private_bytes(*private)),
        cert_registry=SimpleCertificateStore.from_certs([certificate]),
    )


def signed(document: bytes, identity: Identity, *, field: str = "Signature1", **more: Any) -> bytes:
    """The document with one signature more, in one update that also writes what AutoFirma's library (iText) writes."""
    given = {"md_algorithm": "sha256", "subfilter": SigSeedSubFilter.PADES} | more
    metadata = PdfSignatureMetadata(field_name=field, **given)
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    version = generic.DictionaryObject(
        {
            generic.pdf_name("/BaseVersion"): generic.pdf_name("/1.7"),
            generic.pdf_name("/ExtensionLevel"): generic.NumberObject(1),
        }
    )
    writer.root["/Extensions"] = generic.DictionaryObject({generic.pdf_name("/ESIC"): version})
    writer.update_root()
    return bytes(asyncio.run(PdfSigner(metadata, signer=signer_of(identity)).async_sign_pdf(writer)).getvalue())

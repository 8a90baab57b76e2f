"""A PDF with the place for a signature, made before she allows it and filled in after."""

import asyncio
import io
from dataclasses import asdict, dataclass
from typing import Any

from asn1crypto import algos, cms
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .client import Credential

ROOM = 32768  # hexadecimal digits kept free: a chain of certificates, and a time-stamp later


@dataclass(frozen=True)
class Prepared:
    """What must last until she comes back; the file itself is kept as bytes of the town."""

    attributes: str  # DER in hex: what is hashed, allowed and signed
    start: int
    end: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def prepare(document: bytes, credential: Credential, *, field: str) -> tuple[bytes, Prepared]:
    """The document with an empty signature of this certificate, and what is to be signed."""
    signer = _signer(credential)
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)

    async def go() -> tuple[bytes, Prepared]:
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        output = io.BytesIO()
        digest, _tbs, _output = await PdfSigner(metadata, signer=signer).async_digest_doc_for_signing(
            writer, bytes_reserved=ROOM, output=output
        )
        attributes = await signer.signed_attrs(digest.document_digest, "sha256", use_pades=True)
        return output.getvalue(), Prepared(
            attributes.dump().hex(), digest.reserved_region_start, digest.reserved_region_end
        )

    return asyncio.run(go())


def fill(prepared_file: bytes, prepared: Prepared, credential: Credential, signature: bytes) -> bytes:
    """The file with the signature of its attributes in its place, as CMS."""
    attributes = cms.CMSAttributes.load(bytes.fromhex(prepared.attributes))
    signing = _signer(credential, signature).async_sign_prescribed_attributes("sha256", signed_attrs=attributes)
    output = io.BytesIO(prepared_file)
    PreparedByteRangeDigest(b"", prepared.start, prepared.end).fill_with_cms(output, asyncio.run(signing))
    return output.getvalue()


def _signer(credential: Credential, signature: bytes | None = None) -> ExternalSigner:
    return ExternalSigner(
        signing_cert=_asn1(credential.certificate),
        cert_registry=SimpleCertificateStore.from_certs(map(_asn1, (credential.certificate, *credential.chain))),
        signature_value=signature,
        signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": credential.mechanism}),
    )


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))

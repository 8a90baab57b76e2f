"""The town hall's electronic seal (Ley 40/2015, art. 42): a PAdES signature by pyHanko.

WeasyPrint writes the PDF with the signature's place already in it, so the file is made once and signed once. pyHanko's
own way, an incremental update, would parse the file again and append to it (46 ms a document, against 5).
"""

import asyncio
import hashlib
import io
import logging
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pydyf
from asn1crypto import cms, keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

logger = logging.getLogger(__name__)
DIGEST = "sha256"
BLANK = hashlib.sha256(b"stands where a digest will stand").digest()
# hexadecimal digits kept free for the signature: a chain of three certificates takes some 8,000, a timestamp as many
ROOM, ROOM_FOR_TIMESTAMP = 16384, 16384
# what pyHanko lets through of a file that is broken, or breaks what it parses it with
BROKEN = (ValueError, TypeError, LookupError, AttributeError, NotImplementedError, RecursionError, zlib.error)
_RANGE = b"/ByteRange [0 0000000000 0000000000 0000000000]"


class HeldKeySigner(SimpleSigner):  # type: ignore[misc]
    """Holds the private key: the plain class parses it again for every signature (160 ms with RSA, against 56)."""

    def __init__(self, certificate: x509.Certificate, key: Any, chain: list[x509.Certificate]) -> None:
        registry = SimpleCertificateStore.from_certs([certificate, *chain])
        info = keys.PrivateKeyInfo.load(
            key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        super().__init__(signing_cert=certificate, signing_key=info, cert_registry=registry)
        self._key = key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        algorithm = getattr(hashes, digest_algorithm.upper())()
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), algorithm)
        return bytes(self._key.sign(data, ec.ECDSA(algorithm)))


@dataclass(frozen=True)
class Seal:
    signer: HeldKeySigner
    name: str  # its certificate's common name
    timestamper: HTTPTimeStamper | None

    def sign(self, digest: bytes) -> bytes:
        """The CMS signature of a digest, DER. OSError when the timestamp authority is away."""
        if self.timestamper:
            try:
                return bytes(self._built(digest).dump())
            except TimestampRequestError as error:
                raise OSError(f"no timestamp from {settings.TSA_URL}: {error}") from error
        form, attributes = self._form
        signature = cms.ContentInfo.load(form.replace(BLANK, digest))
        signer = signature["content"]["signer_infos"][0]
        signer["signature"] = self.signer.sign_raw(attributes.replace(BLANK, digest), DIGEST)
        return bytes(signature.dump())

    @cached_property
    def _form(self) -> tuple[bytes, bytes]:
        """A signature over BLANK and its signed attributes, both DER. Without a timestamp another one differs from it
        in the digest and in what the key answers, so pyHanko builds it once (11 ms) and the rest are filled in (1)."""
        built = self._built(BLANK)
        return bytes(built.dump()), bytes(built["content"]["signer_infos"][0]["signed_attrs"].untag().dump())

    def _built(self, digest: bytes) -> Any:
        return asyncio.run(self.signer.async_sign(digest, DIGEST, use_pades=True, timestamper=self.timestamper))


def load_seal() -> Seal | None:
    """The seal of the settings, read once; None where there is none (the code alone is then the signature).

    OSError when the file can't be read, ValueError when its passphrase is wrong.
    """
    return _load(settings.SEAL_P12, settings.SEAL_PASSPHRASE, settings.TSA_URL) if settings.SEAL_P12 else None


@lru_cache(maxsize=4)
def _load(path: str, passphrase: str, tsa_url: str) -> Seal:
    key, certificate, chain = pkcs12.load_key_and_certificates(Path(path).read_bytes(), passphrase.encode())
    if key is None or certificate is None:
        raise ValueError(f"{path} holds no key with its certificate")
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} holds a key that is neither RSA nor on an elliptic curve")
    der = serialization.Encoding.DER
    own = x509.Certificate.load(certificate.public_bytes(der))
    signer = HeldKeySigner(own, key, [x509.Certificate.load(one.public_bytes(der)) for one in chain])
    return Seal(signer, str(own.subject.native.get("common_name", "")), HTTPTimeStamper(tsa_url) if tsa_url else None)


def add_seal(document: bytes, seal: Seal, *, field: str) -> bytes:
    """A PDF that somebody else made, with the seal added as an update; empty where it can't take one.

    OSError when the timestamp authority is away.
    """
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm=DIGEST, subfilter=SigSeedSubFilter.PADES)
    signer, output = PdfSigner(metadata, signer=seal.signer, timestamper=seal.timestamper), io.BytesIO()
    try:
        asyncio.run(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(document)), output=output))
    except TimestampRequestError as error:
        raise OSError(f"no timestamp from {settings.TSA_URL}: {error}") from error
    except (PdfError, SigningError, *BROKEN) as error:
        logger.warning("a PDF can't be sealed: %s", error)
        return b""
    return output.getvalue()


class _Signature(pydyf.Object):  # type: ignore[misc]
    """The signature's dictionary, its value still empty; outside any object stream, so that it can be filled in."""

    compressible = False

    def __init__(self, at: datetime, room: int) -> None:
        super().__init__()
        self._at, self._room = at, room

    @property
    def data(self) -> bytes:
        return (
            b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached "
            + _RANGE
            + f" /M (D:{self._at:%Y%m%d%H%M%S}+00'00') /Contents <".encode()
            + b"0" * self._room
            + b">>>"
        )


class Placeholder:
    """One signature's place in one file: `put_in` as WeasyPrint finishes it, then `fill` with what it wrote."""

    def __init__(self, seal: Seal) -> None:
        self.at = datetime.now(UTC).replace(microsecond=0)
        self._seal = seal
        self._room = ROOM + (ROOM_FOR_TIMESTAMP if seal.timestamper else 0)

    def put_in(self, document: Any, pdf: pydyf.PDF) -> None:
        """An invisible field on the first page, and the form that holds it."""
        _compress_once(pdf)
        signature = _Signature(self.at, self._room)
        pdf.add_object(signature)
        page = pdf.objects[pdf.pages["Kids"][0]]
        field = pydyf.Dictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": pydyf.String("Seal"),
                "V": signature.reference,
                "Rect": pydyf.Array([0, 0, 0, 0]),
                "F": 132,  # printed, locked
                "P": page.reference,
            }
        )
        pdf.add_object(field)
        page["Annots"] = pydyf.Array([*page.get("Annots", []), field.reference])
        pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([field.reference]), "SigFlags": 3})

    def fill(self, pdf: bytes) -> bytes:
        """The file with its signature over all of it but the signature itself."""
        at = pdf.index(_RANGE)
        start = pdf.index(b"/Contents <", at) + len(b"/Contents ")
        end = start + self._room + 2
        covered = f"/ByteRange [0 {start} {end} {len(pdf) - end}]".encode().ljust(len(_RANGE))
        before, after = pdf[:at] + covered + pdf[at + len(_RANGE) : start], pdf[end:]
        digest = hashlib.sha256(before)
        digest.update(after)
        signature = self._seal.sign(digest.digest()).hex().encode()
        if len(signature) > self._room:
            raise ValueError(f"the signature takes {len(signature)} digits, there is room for {self._room}")
        return b"".join((before, b"<", signature.ljust(self._room, b"0"), b">", after))


def _compress_once(pdf: pydyf.PDF) -> None:
    """The writer asks each stream twice for its bytes (file and identifier) and would compress it each time."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.compress:
            item.compress = False
            raw = item.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
            item.stream = [zlib.compress(raw)]
            item.extra["Filter"] = "/FlateDecode"

"""A PDF that came back signed: is it the one that was shown, with one signature more over all of it and nothing else?

Trust in the certificate is another question: `core.identity.services.check_signing_certificate`.
"""

import io
import zlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core
from cryptography import x509
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError, find_unique_cms_attribute
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from core.municipalities.services import DomainError
from core.signing.certificates import read_certificate

# what pyHanko lets through of a file that is broken, or breaks what it parses it with
BROKEN = (ValueError, TypeError, LookupError, AttributeError, NotImplementedError, RecursionError, zlib.error)
DIGESTS = ("sha256", "sha384", "sha512")


@dataclass(frozen=True)
class Signed:
    """What the file's new signature says; nothing of it is trusted but that this certificate's key made it."""

    certificate: x509.Certificate
    claimed_at: datetime | None
    digest: str  # sha256 …


def read_signed(original: bytes, signed: bytes) -> Signed:
    """The signature that was added to `original`; DomainError says what is wrong with the file.

    The original's bytes come first and unchanged; then one update adds one PAdES signature, which covers the file
    from its first byte to its last, and changes nothing that a reader sees.
    """
    if not signed.startswith(original) or len(signed) == len(original):
        raise _refused(_("The signed file is not the document that you were shown. Nothing has been signed."))
    try:
        reader = PdfFileReader(io.BytesIO(signed))
        before = PdfFileReader(io.BytesIO(original))
        found = reader.embedded_regular_signatures
        if len(found) != len(before.embedded_regular_signatures) + 1:
            raise _refused(_("The file came back without exactly one new signature. Nothing has been signed."))
        added: EmbeddedPdfSignature = found[-1]
        _check_unchanged(reader, before, added)
        return _check_signature(added)
    except (PdfError, SigningError, SignatureValidationError, *BROKEN) as error:
        raise _refused(_("The signed file can't be read. Nothing has been signed; try again.")) from error


def _check_unchanged(reader: PdfFileReader, before: PdfFileReader, added: EmbeddedPdfSignature) -> None:
    """Between what was shown and what came back, only what a signature needs was added: no other field was filled in,
    and the signature draws nothing over the text."""
    changes = DEFAULT_DIFF_POLICY.review_file(reader, before.xrefs.total_revisions - 1)
    if (
        not isinstance(changes, DiffResult)
        or changes.modification_level > ModificationLevel.FORM_FILLING
        or changes.changed_form_fields - {added.field_name}
        or _is_drawn(added)
    ):
        raise _refused(_("Something else than your signature was added to the document. Nothing has been signed."))


def _is_drawn(added: EmbeddedPdfSignature) -> bool:
    left, bottom, right, top = added.sig_field.get("/Rect", (0, 0, 0, 0))
    return "/Kids" in added.sig_field or (left != right and bottom != top)


def _check_signature(added: EmbeddedPdfSignature) -> Signed:
    if added.sig_object.get("/SubFilter") != SigSeedSubFilter.PADES.value:
        raise _refused(_("The signature is of another kind than the one we asked for (PAdES)."))
    if added.evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        raise _refused(_("The signature does not cover the whole document. Nothing has been signed."))
    info, content = added.signer_info, added.signed_data["encap_content_info"]
    digest = info["digest_algorithm"]["algorithm"].native
    if digest not in DIGESTS or content["content"] is not core.VOID or info["signed_attrs"] is core.VOID:
        raise _refused(_("The signature is of another kind than the one we asked for (PAdES)."))
    find_unique_cms_attribute(info["signed_attrs"], "signing_certificate_v2")  # else it could be anybody's
    found = added.compute_digest(digest)
    if validate_sig_integrity(info, added.signer_cert, "data", found) != (True, True):
        raise _refused(_("The signature is wrong: the document was changed after it. Nothing has been signed."))
    return Signed(
        certificate=read_certificate(added.signer_cert.dump()),
        claimed_at=added.self_reported_timestamp,
        digest=digest,
    )


def _refused(message: str) -> DomainError:
    return DomainError(message, code="file")

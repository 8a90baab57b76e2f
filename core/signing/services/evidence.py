"""What the sheet of evidence says, in both languages: which file, by whom, how, and what proves it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.audit.constants import Level
from core.documents.services import grouped_csv
from core.signing.constants import Method
from core.signing.models import Signature, SigningRequest
from core.signing.words import both, grouped

Line = dict[str, Any]
# what a way may leave in its evidence, in the order of the sheet
TOLD = {
    "email": _("The code was sent to"),
    "code_sent_at": _("The code was sent on"),
    "code_hash": _("HMAC-SHA-256 of the code with the document"),
    "client": _("Hash of the address that it was signed from"),
    "subject": _("Certificate of"),
    "issuer_subject": _("Issued by"),
    "serial": _("Number of the certificate"),
    "certificate_sha256": _("SHA-256 of the certificate"),
    "revocation": _("Not revoked, says"),
    "claimed_at": _("Time that the signature claims"),
    "service": _("Signing service"),
}


def lines_of(request: SigningRequest, signature: Signature) -> list[Line]:
    """`Line`s of core.documents.contexts."""
    document, version = request.document, signature.version
    lines: list[Line] = [
        _line(_("Document"), {"eu": document.title_eu, "es": document.title_es}),
        _line(_("Verification code (CSV)"), grouped_csv(document.csv)),
        _line(_("File that was shown and signed"), f"{version.file_name}, {version.size} B"),
        _line(_("SHA-256 of the file"), grouped(signature.sha256)),
        _line(_("Way of signing"), both(Method(signature.method).label)),
        _line(_("How the session was identified"), both(Level(signature.level).label)),
    ]
    if signature.signed_version:
        lines.append(_line(_("SHA-256 of the signed file"), grouped(signature.signed_version.sha256)))
    lines += [_line(label, str(signature.evidence[key])) for key, label in TOLD.items() if signature.evidence.get(key)]
    return lines


def _line(label: Any, value: Any) -> Line:
    return {"label": both(label), "value": value}

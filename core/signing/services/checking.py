"""A signed file that came back: whether it is to be believed, by her, and today."""

from collections.abc import Callable, Mapping
from typing import Any

from cryptography import x509
from django.utils.translation import gettext as _

from core.audit.services import Actor
from core.identity.services import check_signing_certificate, is_certificate_of
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.signing.models import Signature, SigningAttempt

from .aside import forget_aside
from .attempts import lock_attempt
from .finishing import finish, read

Trust = Callable[[x509.Certificate], dict[str, Any]]


def take_signed_file(
    *,
    attempt: SigningAttempt,
    signed: bytes,
    more: Mapping[str, Any] | None = None,
    trust: Trust = check_signing_certificate,
    actor: Actor,
) -> Signature:
    """Look at a PDF with her signature in it, and keep it. DomainError says what is wrong: with the file (`file`), with
    whose certificate it is (`other`), or with the certificate itself; or what came between.

    Called while no door is open: `trust` asks the issuer whether the certificate still holds, which takes its time.
    """
    evidence = {**_judge(attempt, signed, trust), **(more or {})}
    with acting_for(attempt.municipality_id or 0):
        held = lock_attempt(attempt.request, attempt.method, attempt)
        signature = finish(attempt=held, evidence=evidence, signed=signed, actor=actor)
    forget_aside(attempt)
    return signature


def _judge(attempt: SigningAttempt, signed: bytes, trust: Trust) -> dict[str, Any]:
    """What proves the signature in the file."""
    from core.signing.pdf import read_signed  # pyHanko's validation is some 30 MB that only those who sign carry

    found = read_signed(read(attempt.version), signed)
    if not is_certificate_of(found.certificate, attempt.request.person):
        message = _("This certificate is somebody else's. Sign with the one that holds your own number.")
        raise DomainError(message, code="other")
    known = trust(found.certificate)
    return {
        "subject": found.certificate.subject.rfc4514_string(),
        "issuer_subject": known["issuer_subject"],
        "serial": known["serial"],
        "certificate_sha256": known["sha256"],
        "revocation": _answers(known),
        "claimed_at": found.claimed_at.isoformat() if found.claimed_at else "",
        "digest": found.digest,
        "trust": known,
    }


def _answers(known: Mapping[str, Any]) -> str:
    """Which answers of the issuer say that it is not revoked, by the hash of each."""
    kinds = (("OCSP", known.get("ocsp_sha256", ())), ("CRL", known.get("crl_sha256", ())))
    return "; ".join(f"{kind} SHA-256 {digest}" for kind, digests in kinds for digest in digests)

"""Whether a certificate may be believed today: chain, dates, use, and revocation, which must be known."""

import asyncio
import base64
import csv
import hashlib
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from django.utils.translation import gettext as _
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule

from core.identity.models import IssuerCertificate
from core.municipalities.services import DomainError

from .revocation import ocsp_answer, revocation_list

LONGEST_CHAIN = 5
NOT_FOR_SIGNING = Path(__file__).parents[2] / "data" / "not_for_signing.csv"
# of a citizen's certificate it must be known; of an authority's, where the authority says where to ask
POLICY = CertRevTrustPolicy(
    RevocationCheckingPolicy(
        ee_certificate_rule=RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
        intermediate_ca_cert_rule=RevocationCheckingRule.CHECK_IF_DECLARED,
    )
)


def check(certificate: x509.Certificate, *, signs: bool = False) -> dict[str, Any]:
    """What stands for the certificate, to be kept as evidence; DomainError says to its holder what is wrong.

    It is to identify somebody, or, with `signs`, to have signed a document: then the responders' answers themselves
    are part of the evidence.
    """
    chain, issuer_name = _chain(certificate)
    uses, extended = _uses(certificate, signs=signs)
    ocsps, crls = _revocation([certificate, *chain])
    *between, root = chain
    context = ValidationContext(
        trust_roots=[_asn1(root)],
        other_certs=[_asn1(one) for one in between],
        ocsps=ocsps,
        crls=crls,
        revinfo_policy=POLICY,
        allow_fetching=False,
    )
    validator = CertificateValidator(_asn1(certificate), validation_context=context)
    try:
        asyncio.run(validator.async_validate_usage(uses, extended, extended_optional=True))
    except (ValidationError, PathBuildingError) as error:
        raise _refusal(error) from error
    return {
        "issuer": issuer_name,
        "issuer_subject": certificate.issuer.rfc4514_string(),
        "serial": f"{certificate.serial_number:x}",
        "sha256": hashlib.sha256(_der(certificate)).hexdigest(),
        "ocsp_sha256": [hashlib.sha256(answer).hexdigest() for answer in ocsps],
        "crl_sha256": [hashlib.sha256(answer).hexdigest() for answer in crls],
        "policies": _policies(certificate),
        **({"ocsp": [base64.b64encode(answer).decode() for answer in ocsps]} if signs else {}),
    }


def _chain(certificate: x509.Certificate) -> tuple[list[x509.Certificate], str]:
    """The loaded authorities above the certificate, root last, and the trusted issuer's name."""
    loaded = IssuerCertificate.objects.filter(issuer__enabled=True).select_related("issuer")
    authorities = [(x509.load_pem_x509_certificate(row.pem.encode()), row.issuer.name) for row in loaded]
    chain: list[x509.Certificate] = []
    current, name = certificate, ""
    while len(chain) < LONGEST_CHAIN:
        above = next(((cert, who) for cert, who in authorities if _issued(current, cert)), None)
        if above is None:
            break
        chain.append(above[0])
        name = name or above[1]
        if above[0].subject == above[0].issuer:
            return chain, name
        current = above[0]
    raise DomainError(_("We do not know who issued this certificate. Use the DNIe, Izenpe, ONA, BizkaiBai or FNMT."))


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    if certificate.issuer != authority.subject:
        return False
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


@lru_cache(maxsize=1)
def _not_for_signing() -> tuple[str, ...]:
    """The policies whose certificates only identify: their card holds another one to sign with."""
    with NOT_FOR_SIGNING.open(encoding="utf-8", newline="") as lines:
        return tuple(row["policy"] for row in csv.DictReader(lines))


def _only_identifies(certificate: x509.Certificate) -> bool:
    dotted = [f"{policy}." for policy in _policies(certificate)]
    return any(policy.startswith(f"{refused}.") for policy in dotted for refused in _not_for_signing())


def _uses(certificate: x509.Certificate, *, signs: bool) -> tuple[set[str], set[str]]:
    """The key uses that the path is checked for. Cards hold one certificate to sign and one to identify oneself; FNMT's
    is one for both."""
    if signs and _only_identifies(certificate):
        raise DomainError(
            _("This certificate is for identifying yourself. Choose the other one on your card, the one for signing.")
        )
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    if signs and usage is not None and (usage.content_commitment or usage.digital_signature):
        return {"non_repudiation" if usage.content_commitment else "digital_signature"}, set()
    if signs:
        raise DomainError(_("This certificate is not meant for signing. Use another one."))
    if usage is None or not usage.digital_signature:
        raise DomainError(
            _("This certificate is for signing. Choose the other one on your card, the one for authentication.")
        )
    return {"digital_signature"}, {"client_auth"}


def _revocation(path: list[x509.Certificate]) -> tuple[list[bytes], list[bytes]]:
    """The answers about every certificate but the root: by OCSP, or else by list."""
    ocsps, crls = [], []
    for certificate, issuer in pairwise(path):
        if answer := ocsp_answer(certificate, issuer):
            ocsps.append(answer)
        elif answer := revocation_list(certificate):
            crls.append(answer)
    return ocsps, crls


def _refusal(error: Exception) -> DomainError:
    match error:
        case RevokedError():
            return DomainError(_("This certificate has been revoked. Ask its issuer for a new one."))
        case ExpiredError():
            return DomainError(_("This certificate has expired. Renew it, or use another one."))
        case NotYetValidError():
            return DomainError(_("This certificate is not valid yet."))
        case InsufficientRevinfoError():
            return DomainError(
                _("We can't ask the issuer now whether this certificate still holds. Try again in a few minutes."),
                code="unknown",
            )
        case InvalidCertificateError():
            return DomainError(_("This certificate is not meant for identifying a person."))
    return DomainError(_("This certificate can't be checked. Use another one, or another way to identify yourself."))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(_der(certificate))


def _policies(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return []
    return [policy.policy_identifier.dotted_string for policy in found]

"""Whose certificates are accepted."""

import csv
import re
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.identity.models import IssuerCertificate, TrustedIssuer
from core.municipalities.services import DomainError

FILE = Path(__file__).parents[1] / "data" / "issuers.csv"


def seed_issuers() -> None:
    """The issuers of data/issuers.csv, where they are not there yet; what the operator changed stays."""
    known = set(TrustedIssuer.objects.values_list("code", flat=True))
    with FILE.open(encoding="utf-8", newline="") as lines:
        new = [TrustedIssuer(**row) for row in csv.DictReader(lines) if row["code"] not in known]
    TrustedIssuer.objects.bulk_create(new)


@transaction.atomic
def load_issuer(pem: bytes) -> list[IssuerCertificate]:
    """The authorities' certificates in a PEM file, each under the trusted issuer whose pattern it matches.

    DomainError where one is no authority, has expired, or is of nobody on the list; then none is loaded.
    """
    seed_issuers()
    issuers = list(TrustedIssuer.objects.filter(enabled=True))
    loaded = []
    for certificate in x509.load_pem_x509_certificates(pem):
        subject = certificate.subject.rfc4514_string()
        issuer = next((one for one in issuers if re.search(one.subject_pattern, subject)), None)
        if issuer is None:
            raise DomainError(_("%(subject)s is of no trusted issuer.") % {"subject": subject})
        if not _is_authority(certificate) or certificate.not_valid_after_utc < timezone.now():
            raise DomainError(_("%(subject)s is no authority, or has expired.") % {"subject": subject})
        row, _made = IssuerCertificate.objects.get_or_create(
            sha256=certificate.fingerprint(hashes.SHA256()).hex(),
            defaults={
                "issuer": issuer,
                "subject": subject[:300],
                "pem": certificate.public_bytes(serialization.Encoding.PEM).decode(),
                "not_after": certificate.not_valid_after_utc,
            },
        )
        loaded.append(row)
    return loaded


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def bundle() -> str:
    """All accepted authorities as one PEM file, for nginx's ssl_client_certificate."""
    accepted = IssuerCertificate.objects.filter(issuer__enabled=True, not_after__gt=timezone.now()).order_by("subject")
    return "".join(row.pem for row in accepted)

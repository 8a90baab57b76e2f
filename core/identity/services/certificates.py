"""A certificate that somebody has signed a document with: whether it holds, and whose it is."""

from typing import Any

from cryptography import x509

from core.identity.models import Person

from .persons import normalise, proved_identifiers


def check_signing_certificate(certificate: x509.Certificate) -> dict[str, Any]:
    """Chain, dates, use and revocation of today, as evidence; DomainError says to its holder what is wrong."""
    from core.identity.contrib.certificate.trust import check  # the gateways stand on these services

    return check(certificate, signs=True)


def is_certificate_of(certificate: x509.Certificate, person: Person) -> bool:
    """Whether it names the person by one of her proved numbers; DomainError where it names nobody."""
    from core.identity.contrib.certificate.subject import read_subject

    named = read_subject(certificate)
    return any((one.kind, one.value) == (named.kind, normalise(named.value)) for one in proved_identifiers(person))

"""Who a certificate says it is. Every issuer writes the number in a place of its own."""

import re
from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from core.identity.services import ProvedIdentity, Represented, is_number_of_entity, kind_of_number
from core.municipalities.services import DomainError

# ETSI EN 319 412-1, 5.1.3: what the number is, and of which country
_PREFIX = re.compile(r"^(?:IDC|PAS|PNO|TIN|VAT)([A-Z]{2})-")
_NUMBER = re.compile(r"\b([XYZKLM]?\d{7,8}[A-Z])\b")
_FNMT = "1.3.6.1.4.1.5734.1."  # in the alternative name: 1 name, 2 and 3 surnames, 4 number
_AS_ORGANISATION = x509.ObjectIdentifier("2.5.4.97")


def read_subject(certificate: x509.Certificate) -> ProvedIdentity:
    """The natural person of a certificate, and whom she represents; DomainError where it holds no NIF or NIE."""
    for candidate in _candidates(certificate):
        number = _number_in(candidate)
        kind = kind_of_number(number) if number else None
        if kind:
            given, first, second = _names(certificate)
            return ProvedIdentity(kind, number, given, first, second, represents=_represented(certificate))
    raise DomainError(
        _("This certificate holds no NIF or NIE of a person. Use a citizen's certificate or your identity card.")
    )


def _number_in(text: str) -> str:
    text = text.upper().strip()
    if prefix := _PREFIX.match(text):
        if prefix[1] != "ES":  # another country's number may look like one of ours
            return ""
        text = text[prefix.end() :]
    found = [match[1] for match in _NUMBER.finditer(text) if kind_of_number(match[1])]
    return found[0] if found else ""


def _candidates(certificate: x509.Certificate) -> Iterator[str]:
    for oid in (NameOID.SERIAL_NUMBER, NameOID.DN_QUALIFIER, NameOID.COMMON_NAME):
        yield from _values(certificate.subject, oid)
    yield from (str(attribute.value) for attribute in _alternative(certificate))


def _values(name: x509.Name, oid: x509.ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in name.get_attributes_for_oid(oid)]


def _alternative(certificate: x509.Certificate) -> list[x509.NameAttribute]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [attribute for name in names.get_values_for_type(x509.DirectoryName) for attribute in name]


def _names(certificate: x509.Certificate) -> tuple[str, str, str]:
    exact = {a.oid.dotted_string: str(a.value) for a in _alternative(certificate)}
    if f"{_FNMT}1" in exact:
        return exact[f"{_FNMT}1"], exact.get(f"{_FNMT}2", ""), exact.get(f"{_FNMT}3", "")
    given = " ".join(_values(certificate.subject, NameOID.GIVEN_NAME))
    surnames = " ".join(_values(certificate.subject, NameOID.SURNAME))
    common = " ".join(_values(certificate.subject, NameOID.COMMON_NAME))
    if "," in common:  # DNIe: ETXEBARRIA URIARTE, ANE (AUTENTICACIÓN)
        before, after = common.split(",", 1)
        surnames, given = before.strip(), given or re.sub(r"\(.*\)", "", after).strip()
    words = surnames.split()
    # more than two words may be one long surname: where to cut is not ours to guess
    return (given, words[0], words[1]) if len(words) == 2 else (given, surnames, "")


def _represented(certificate: x509.Certificate) -> Represented | None:
    for value in _values(certificate.subject, _AS_ORGANISATION):
        number = value.upper().removeprefix("VATES-").removeprefix("TINES-")
        if is_number_of_entity(number):
            return Represented(number, " ".join(_values(certificate.subject, NameOID.ORGANIZATION_NAME)))
    return None

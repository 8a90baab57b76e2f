"""Fetching what the issuers say about revocation; its signature is checked by whoever uses it, each time."""

import hashlib
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from django.core.cache import cache

logger = logging.getLogger(__name__)
TIMEOUT = (3, 6)  # seconds to connect, to answer
LARGEST = 20 * 1024 * 1024  # of a revocation list
LONGEST = 24 * 3600  # kept no longer, whatever nextUpdate says


def ocsp_answer(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes | None:
    """DER of the responder's answer about the certificate; None where it has no responder or none answers."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())
    question = builder.build().public_bytes(serialization.Encoding.DER)
    for url in _responders(certificate):
        if answer := _kept(url, question):
            return answer
        headers = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}
        if (answer := _ask("POST", url, data=question, headers=headers)) is None:
            continue
        try:
            parsed = ocsp.load_der_ocsp_response(answer)
            until = parsed.next_update_utc if parsed.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL else None
        except ValueError:
            logger.warning("%s answered something that is no OCSP response", url)
            continue
        if parsed.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL:
            _keep(url, question, answer, until)
            return answer
    return None


def revocation_list(certificate: x509.Certificate) -> bytes | None:
    """DER of the issuer's list that this certificate would stand on; None where there is none to be had."""
    for url in _lists(certificate):
        if answer := _kept(url, b""):
            return answer
        if (answer := _ask("GET", url)) is None:
            continue
        try:
            parsed = x509.load_der_x509_crl(answer)
        except ValueError:
            logger.warning("%s is no revocation list", url)
            continue
        _keep(url, b"", answer, parsed.next_update_utc)
        return answer
    return None


def _responders(certificate: x509.Certificate) -> Iterator[str]:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return
    for description in access:
        if description.access_method == AuthorityInformationAccessOID.OCSP:
            yield from _web(description.access_location)


def _lists(certificate: x509.Certificate) -> Iterator[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return
    for point in points:
        for name in point.full_name or []:
            yield from _web(name)


def _web(name: x509.GeneralName) -> list[str]:
    return [str(name.value)] if str(name.value).startswith(("http://", "https://")) else []  # not ldap


def _ask(method: str, url: str, **options: object) -> bytes | None:
    try:
        with requests.request(method, url, timeout=TIMEOUT, stream=True, **options) as answer:  # type: ignore[arg-type]
            answer.raise_for_status()
            body = answer.raw.read(LARGEST + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        logger.warning("no word about revocation from %s: %s", url, error)
        return None
    return body if len(body) <= LARGEST else None


def _key(url: str, question: bytes) -> str:
    return "revocation:" + hashlib.sha256(url.encode() + question).hexdigest()


def _kept(url: str, question: bytes) -> bytes | None:
    return cache.get(_key(url, question))


def _keep(url: str, question: bytes, answer: bytes, until: datetime | None) -> None:
    left = (until - datetime.now(UTC)).total_seconds() if until else 0
    if left > 0:
        cache.set(_key(url, question), answer, min(left, LONGEST))

"""What is said to the signing service: OAuth 2 with PKCE (RFC 6749, 7636), and CSC API v2 (2.0, sections 8 and 11).

Two trips of the browser: one for a token of the service (`scope=service`), one in which she allows this one hash to be
signed (`scope=credential`); what comes back from the second is the signature activation data (SAD). Nothing here reads
or writes the database: the service takes its time, and no row may be held meanwhile.
"""

import base64
import hashlib
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError

from core.municipalities.services import DomainError
from core.signing.certificates import read_certificate

from .gateway import oauth_url

logger = logging.getLogger(__name__)
TIMEOUT, LONGEST = (3, 15), 20  # seconds to connect and for each piece of an answer; for all of it
MOST_BYTES = 256 * 1024  # of an answer: a chain of certificates
MOST_CREDENTIALS = 10  # looked at, of whoever has more
LONGEST_TEXT = 8192  # of a token
MOST_CHAIN_BYTES = 8192  # of the certificates that go into the signature's place in the file
SHA256_OID = "2.16.840.1.101.3.4.2.1"
# how a key signs a SHA-256: the name in a signature → what CSC calls it
RSA, ECDSA = "sha256_rsa", "sha256_ecdsa"
MECHANISMS = {RSA: "1.2.840.113549.1.1.11", ECDSA: "1.2.840.10045.4.3.2"}


def authorize_url(*, scope: str, state: str, verifier: str, redirect_uri: str, language: str, **more: str) -> str:
    """Where the browser goes."""
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": settings.CSC_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": scope,
        "state": state,
        "lang": language,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **more,
    }
    return f"{oauth_url()}/oauth2/authorize?{urlencode(asked)}"


def allowing(credential_id: str, to_sign: bytes) -> dict[str, str]:
    """What binds her permission to one credential and one hash."""
    hashes = base64.urlsafe_b64encode(hashlib.sha256(to_sign).digest()).decode()
    return {
        "credentialID": credential_id,
        "numSignatures": "1",
        "hashes": hashes,
        "hashAlgorithmOID": SHA256_OID,
    }


def token_for(*, code: str, verifier: str, redirect_uri: str) -> str:
    """The service's token, or the SAD, for the code that the browser brought. DomainError where there is none."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": settings.CSC_CLIENT_ID,
        "client_secret": settings.CSC_CLIENT_SECRET,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    with _answer(f"{oauth_url()}/oauth2/token", data=form) as said:
        return _text(said["access_token"])


def credential_ids(token: str) -> list[str]:
    """The certificates that the service keeps for whoever the token is of, the first of them."""
    with _answer(_address("credentials/list"), token=token, json={"onlyValid": True}) as said:
        return [_text(one) for one in said["credentialIDs"][:MOST_CREDENTIALS]]


@dataclass(frozen=True)
class Credential:
    """A certificate of hers that the service keeps, with its chain, and how its key signs."""

    id: str
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    algorithms: frozenset[str]  # OIDs
    is_enabled: bool

    @property
    def mechanism(self) -> str:
        """Of MECHANISMS; DomainError where this key can't make the kind of signature that we need."""
        name = RSA if isinstance(self.certificate.public_key(), rsa.RSAPublicKey) else ECDSA
        if MECHANISMS[name] not in self.algorithms:
            raise DomainError(_("The key of this certificate can't make the kind of signature that we need."))
        return name


def find_credential(credential_id: str, token: str) -> Credential:
    """One certificate with its chain. DomainError where the service does not answer, or nobody can read its answer."""
    asked = {"credentialID": credential_id, "certificates": "chain", "certInfo": False}
    with _answer(_address("credentials/info"), token=token, json=asked) as said:
        first, *others = (read_certificate(_bytes(one)) for one in said["cert"]["certificates"])
        if sum(len(one.public_bytes(Encoding.DER)) for one in (first, *others)) > MOST_CHAIN_BYTES:
            raise ValueError("a longer chain of certificates than any")
        return Credential(
            id=credential_id,
            certificate=first,
            chain=tuple(others),
            algorithms=frozenset(_text(one) for one in said["key"]["algo"]),
            is_enabled=said["key"].get("status") == "enabled",
        )


def sign_hash(credential: Credential, to_sign: bytes, *, token: str, sad: str) -> bytes:
    """The signature of the SHA-256 of `to_sign`, which the SAD was given for; the service takes both once."""
    asked = {
        "credentialID": credential.id,
        "SAD": sad,
        "hashes": [base64.b64encode(hashlib.sha256(to_sign).digest()).decode()],
        "hashAlgorithmOID": SHA256_OID,
        "signAlgo": MECHANISMS[credential.mechanism],
    }
    with _answer(_address("signatures/signHash"), token=token, json=asked) as said:
        (signature,) = said["signatures"]
        return _bytes(signature)


def _address(method: str) -> str:
    return f"{settings.CSC_URL}/csc/v2/{method}"


@contextmanager
def _answer(url: str, *, token: str = "", **sent: Any) -> Iterator[dict[str, Any]]:
    """The service's answer, to be read inside: whatever is not as it should be is told to her in her words."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        # what we send is ours and hers: to nobody else, wherever we are sent on to
        with requests.post(url, headers=headers, timeout=TIMEOUT, stream=True, allow_redirects=False, **sent) as answer:
            answer.raise_for_status()
            body = _body(answer)
    except (OSError, HTTPError, UnicodeError) as error:  # or it gave a token that no header holds
        logger.warning("the signing service: %s", error)
        raise DomainError(
            _("The signing service does not answer now. Try again in a few minutes, or sign in another way."),
            code="service",
        ) from error
    try:
        yield json.loads(body)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        logger.warning("the signing service answered what is no answer: %s: %r", url, error)
        raise DomainError(
            _("The signing service has answered something that can't be read. Nothing is signed: try another way."),
            code="service",
        ) from error


def _body(answer: requests.Response) -> bytes:
    """All of it, if it comes in time and is no more than an answer can be."""
    body, until = b"", time.monotonic() + LONGEST
    while piece := answer.raw.read1(MOST_BYTES, decode_content=True):  # what is there, however little it is
        body += piece
        if len(body) > MOST_BYTES or time.monotonic() > until:
            raise OSError("more than any answer, or drop by drop")
    return body


def _text(value: Any) -> str:
    """ValueError for anything but a text that a header, a row and an address can hold."""
    if (
        not isinstance(value, str)
        or not value.isascii()
        or not value.isprintable()
        or not 0 < len(value) <= LONGEST_TEXT
    ):
        raise ValueError("no such text")
    return value


def _bytes(value: Any) -> bytes:
    return base64.b64decode("".join(_text(value).split()), validate=True)

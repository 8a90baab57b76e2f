"""What is said to the signing service: OAuth 2 with PKCE (RFC 6749, 7636), and CSC API v2 (2.0, sections 8 and 11).

Two trips of the browser: one for a token of the service (`scope=service`), one in which she allows this one hash to be
signed (`scope=credential`); what comes back from the second is the signature activation data (SAD).
"""

import asyncio
import base64
import hashlib
import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import requests
from asn1crypto import algos, cms
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationInfo,
    CSCCredentialInfo,
    CSCServiceSessionInfo,
    CSCSigner,
    PrefetchedSADAuthorizationManager,
    fetch_certs_in_csc_credential,
)

from core.municipalities.services import DomainError

from .gateway import oauth_url

logger = logging.getLogger(__name__)
TIMEOUT = (3, 15)
SHA256_OID = "2.16.840.1.101.3.4.2.1"


def away(error: Exception) -> DomainError:
    logger.warning("the signing service: %s", error)
    return DomainError(
        _("The signing service does not answer now. Try again in a few minutes, or sign in another way."),
        code="service",
    )


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
    try:
        answer = requests.post(f"{oauth_url()}/oauth2/token", data=form, timeout=TIMEOUT)
        answer.raise_for_status()
        return str(answer.json()["access_token"])
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise away(error) from error


def credential_ids(token: str) -> list[str]:
    """The certificates that the service keeps for whoever the token is of."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        address = f"{settings.CSC_URL}/csc/v2/credentials/list"
        answer = requests.post(address, json={"onlyValid": True}, headers=headers, timeout=TIMEOUT)
        answer.raise_for_status()
        return [str(one) for one in answer.json()["credentialIDs"]]
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise away(error) from error


@dataclass(frozen=True)
class Credential:
    session: CSCServiceSessionInfo
    info: CSCCredentialInfo

    @property
    def is_enabled(self) -> bool:
        return bool(self.info.response_data["key"].get("status") == "enabled")


def find_credential(credential_id: str, token: str) -> Credential:
    """One certificate with its chain, and what its key can do."""
    session = CSCServiceSessionInfo(settings.CSC_URL, credential_id, oauth_token=token, api_ver="v2")

    async def fetch() -> CSCCredentialInfo:
        async with aiohttp.ClientSession() as client:
            return await fetch_certs_in_csc_credential(client, session, timeout=TIMEOUT[1])

    try:
        return Credential(session, asyncio.run(fetch()))
    except (SigningError, TimeoutError) as error:
        raise away(error) from error


class SignerV2(CSCSigner):  # type: ignore[misc]
    """pyHanko speaks version 1, whose names for the hashes are others."""

    async def format_csc_signing_req(self, tbs_hashes: list[str], digest_algorithm: str) -> dict[str, Any]:
        asked: dict[str, Any] = await super().format_csc_signing_req(tbs_hashes, digest_algorithm)
        asked["hashes"], asked["hashAlgorithmOID"] = asked.pop("hash"), asked.pop("hashAlgo")
        return asked


def sign_attributes(credential: Credential, attributes: bytes, sad: str) -> bytes:
    """The CMS, DER, over signed attributes for whose hash the SAD was given; the service takes both once."""

    async def sign() -> cms.ContentInfo:
        manager = PrefetchedSADAuthorizationManager(credential.session, credential.info, CSCAuthorizationInfo(sad))
        async with aiohttp.ClientSession() as client:
            signer = SignerV2(client, manager, sign_timeout=TIMEOUT[1])
            parsed = cms.CMSAttributes.load(attributes)
            return await signer.async_sign_prescribed_attributes("sha256", signed_attrs=parsed)

    try:
        return bytes(asyncio.run(sign()).dump())
    except (SigningError, TimeoutError) as error:
        raise away(error) from error


def mechanism_of(credential: Credential) -> algos.SignedDigestAlgorithm:
    """How its key signs a SHA-256; DomainError where it can't."""
    kind = credential.info.signing_cert.public_key.algorithm
    name = {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}.get(kind, "")
    if name not in credential.info.supported_mechanisms:
        raise DomainError(_("The key of this certificate can't make the kind of signature that we need."))
    return algos.SignedDigestAlgorithm({"algorithm": name})

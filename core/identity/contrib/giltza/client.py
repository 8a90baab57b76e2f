"""What is said to Giltza's servers: RFC 6749 (code flow), RFC 7636 (PKCE), and Izenpe's own names."""

import base64
import hashlib
import logging
from typing import Any
from urllib.parse import urlencode

import requests
from django.conf import settings
from django.utils.translation import gettext as _

from core.municipalities.services import DomainError

logger = logging.getLogger(__name__)
TIMEOUT = (3, 10)
SCOPE = "urn:izenpe:identity:global urn:safelayer:eidas:authn_details"
MEDIUM = "urn:safelayer:tws:policies:authentication:level:medium"  # BAKQ and certificates; BAK alone is low


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def authorize_url(*, state: str, verifier: str, redirect_uri: str, language: str) -> str:
    """Where the browser goes; Izenpe's pages speak Basque and Spanish."""
    asked = {
        "response_type": "code",
        "client_id": settings.GILTZA_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "state": state,
        "acr_values": MEDIUM,
        "prompt": "login",
        "ui_locales": language if language in ("eu", "es") else "es",
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    return f"{settings.GILTZA_BASE_URL}/trustedx-authserver/oauth/izenpe?{urlencode(asked)}"


def claims_for(*, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
    """What Giltza says about the person who came back with this code; DomainError where it says nothing."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    client = (settings.GILTZA_CLIENT_ID, settings.GILTZA_CLIENT_SECRET)
    base = settings.GILTZA_BASE_URL
    try:
        granted = requests.post(
            f"{base}/trustedx-authserver/oauth/izenpe/token", data=form, auth=client, timeout=TIMEOUT
        )
        granted.raise_for_status()
        bearer = {"Authorization": f"Bearer {granted.json()['access_token']}"}
        answer = requests.get(f"{base}/trustedx-resources/openid/v1/users/me", headers=bearer, timeout=TIMEOUT)
        answer.raise_for_status()
        return dict(answer.json())
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        logger.warning("Giltza did not say who it is: %s", error)
        raise DomainError(
            _("Giltza does not answer now. Try again in a few minutes, or identify yourself in another way.")
        ) from error

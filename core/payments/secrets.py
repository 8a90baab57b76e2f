"""Secrets of gateways: sealed in the database with a key that stands only in the environment.

A town's administrator types its merchant key once and nobody reads it again. AES-256-GCM binds it to its town and
gateway, so a row that was copied to another town does not open there. The first of PAYMENTS_KEYS seals; all of them
open, so that a key can be changed: add the new one in front, save each secret again, take the old one away.
"""

import base64
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from core.municipalities.services import DomainError

from .models import PaymentMethod

NONCE = 12
KEY_LENGTH = 32  # characters at least; of a random text


def seal(method: PaymentMethod, secret: str) -> str:
    """What is stored for the method; ImproperlyConfigured is said by the system check, a DomainError here."""
    nonce = os.urandom(NONCE)
    sealed = _ciphers()[0].encrypt(nonce, secret.encode(), _bound(method))
    return base64.b64encode(nonce + sealed).decode()


def secret_of(method: PaymentMethod) -> str:
    """The secret, for signing. DomainError where there is none or no key opens it."""
    if not method.sealed_secret:
        raise DomainError(_("This way to pay is not set up yet. Choose another one."), code="no_secret")
    stored = base64.b64decode(method.sealed_secret)
    for cipher in _ciphers():
        try:
            return cipher.decrypt(stored[:NONCE], stored[NONCE:], _bound(method)).decode()
        except InvalidTag:
            continue
    raise DomainError(_("This way to pay does not work now. Choose another one."), code="no_secret")


def _bound(method: PaymentMethod) -> bytes:
    return f"{method.municipality_id}:{method.gateway}".encode()


def _ciphers() -> list[AESGCM]:
    keys = settings.PAYMENTS_KEYS
    if not keys:
        raise DomainError(_("This way to pay does not work now. Choose another one."), code="no_key")
    return [AESGCM(sha256(key.encode()).digest()) for key in keys]

"""Redsys' signatures: HMAC_SHA512_V2, its default now, and HMAC_SHA256_V1, which older terminals still have.

Both derive a key of the operation from the merchant's and the order, and sign the parameters as they are sent.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.padding import PKCS7

from core.payments.constants import Signature


def sign_sha256_v1(secret: str, order: str, parameters: str) -> str:
    """Key: 3DES-CBC of the order, padded with zeros, under the decoded secret. Standard base64."""
    padded = order.encode() + bytes(-len(order) % 8)
    encryptor = Cipher(TripleDES(base64.b64decode(secret)), modes.CBC(bytes(8))).encryptor()
    key = encryptor.update(padded) + encryptor.finalize()
    return base64.b64encode(hmac.digest(key, parameters.encode(), hashlib.sha256)).decode()


def sign_sha512_v2(secret: str, order: str, parameters: str) -> str:
    """Key: the base64 text of AES-128-CBC of the order under the first 16 characters of the secret's text.

    Base64 for addresses, without padding.
    """
    pad = PKCS7(128).padder()
    padded = pad.update(order.encode()) + pad.finalize()
    encryptor = Cipher(AES(secret[:16].ljust(16, "0").encode()), modes.CBC(bytes(16))).encryptor()
    key = base64.b64encode(encryptor.update(padded) + encryptor.finalize())
    return _plain(base64.b64encode(hmac.digest(key, parameters.encode(), hashlib.sha512)).decode())


SIGNERS: dict[str, Callable[[str, str, str], str]] = {
    Signature.SHA512_V2: sign_sha512_v2,
    Signature.SHA256_V1: sign_sha256_v1,
}


def is_signed(version: str, secret: str, order: str, parameters: str, signature: str) -> bool:
    """Whether the signature is right, whichever of base64's alphabets it came in. Constant time."""
    signer = SIGNERS.get(version)
    if signer is None:
        return False
    return hmac.compare_digest(_plain(signer(secret, order, parameters)).encode(), _plain(signature).encode())


def encode(version: str, parameters: Mapping[str, str]) -> str:
    """The parameters as they are sent: V2 wants base64 for addresses without padding, V1 the standard one."""
    text = base64.b64encode(json.dumps(parameters, ensure_ascii=False).encode()).decode()
    return _plain(text) if version == Signature.SHA512_V2 else text


def decode(text: str) -> dict[str, Any]:
    """What was sent, with its names in capitals; ValueError where it is nothing of the kind."""
    plain = _plain(text.strip())
    try:
        found = json.loads(base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4)))
    except (binascii.Error, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not base64, or no JSON of ours") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return {str(name).upper(): value for name, value in found.items()}


def _plain(text: str) -> str:
    return text.replace("+", "-").replace("/", "_").rstrip("=")

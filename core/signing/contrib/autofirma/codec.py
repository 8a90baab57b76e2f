"""How AutoFirma wraps what passes through a server: `<padding>.<base64 for addresses of DES-ECB, padded with zeros>`.

DES with a key of eight digits hides nothing from anybody who tries: what keeps the exchange is TLS and identifiers
that nobody guesses. It is what AutoFirma speaks, and nothing else.
"""

import base64
import binascii

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

BLOCK = 8


class Unreadable(Exception):
    """This is not what AutoFirma sends; the text says why, for the record."""


def cipher(data: bytes, key: str) -> str:
    """`data` as AutoFirma reads it; `key` is eight ASCII characters."""
    padding = -len(data) % BLOCK
    encryptor = _des(key).encryptor()
    ciphered = encryptor.update(data + bytes(padding)) + encryptor.finalize()
    return f"{padding}.{base64.urlsafe_b64encode(ciphered).decode()}"


def decipher(text: str, key: str) -> bytes:
    """What AutoFirma sent; Unreadable where it is something else. Either of base64's alphabets, padded or not."""
    count, dot, body = text.strip().partition(".")
    if not dot:
        count, body = "0", count
    if not (count.isascii() and count.isdecimal()) or int(count) > BLOCK:
        raise Unreadable("the padding is no number")
    plain = body.replace("+", "-").replace("/", "_").rstrip("=")
    try:
        ciphered = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("no base64") from error
    if len(ciphered) % BLOCK or len(ciphered) < int(count):
        raise Unreadable("no whole blocks")
    decryptor = _des(key).decryptor()
    data = decryptor.update(ciphered) + decryptor.finalize()
    return data[: len(data) - int(count)]


def _des(key: str) -> Cipher[modes.ECB]:
    """Three times the same key is plain DES."""
    return Cipher(TripleDES(key.encode("ascii") * 3), modes.ECB())

"""For development: knows one virus, the harmless EICAR file. Refuses production."""

from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# kept in two halves, so that no antivirus takes this file for it
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def scan(stream: BinaryIO) -> str:
    if settings.PRODUCTION:
        raise ImproperlyConfigured("ANTIVIRUS_BACKEND=demo finds nothing: set it to clamd in production")
    overlap = b""
    while chunk := stream.read(1 << 20):
        if EICAR in overlap + chunk:
            return "Eicar-Test-Signature"
        overlap = chunk[-len(EICAR) :]
    return ""

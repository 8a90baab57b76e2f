"""Antivirus gateways: a module each, with `scan(stream)`; which one is a setting."""

from importlib import import_module
from typing import BinaryIO

from django.conf import settings


class ScannerDown(Exception):
    """The antivirus gives no answer: the file is neither clean nor infected."""


def scan(stream: BinaryIO) -> str:
    """The name of what is wrong with the file, or an empty text. Raises ScannerDown; leaves the stream at its start."""
    gateway = import_module(f"{__name__}.{settings.ANTIVIRUS_BACKEND}")
    stream.seek(0)
    try:
        return str(gateway.scan(stream))
    finally:
        stream.seek(0)

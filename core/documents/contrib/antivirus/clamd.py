"""ClamAV's daemon, by its INSTREAM command over TCP or a Unix socket (clamd(8))."""

import socket
import struct
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings

from . import ScannerDown

CHUNK = 64 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 2.0, 30.0


def scan(stream: BinaryIO) -> str:
    """Send the stream; the name of what clamd finds, or an empty text. ScannerDown where it gives no verdict."""
    try:
        with _connect(settings.CLAMD_ADDRESS) as clamd:
            clamd.settimeout(ANSWER_SECONDS)
            answer = _ask(clamd, stream)
    except OSError as error:
        raise ScannerDown(f"{settings.CLAMD_ADDRESS}: {error}") from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerDown(f"{settings.CLAMD_ADDRESS}: {answer or 'no answer'}")


def _connect(address: str) -> socket.socket:
    where = urlsplit(address)
    if where.scheme == "unix":
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(CONNECT_SECONDS)
        try:
            clamd.connect(where.path)
        except OSError:
            clamd.close()
            raise
        return clamd
    return socket.create_connection((where.hostname or "127.0.0.1", where.port or 3310), CONNECT_SECONDS)


def _ask(clamd: socket.socket, stream: BinaryIO) -> str:
    """One INSTREAM: chunks with their length before them, a zero at the end, the answer up to a null byte."""
    clamd.sendall(b"zINSTREAM\0")
    while chunk := stream.read(CHUNK):
        clamd.sendall(struct.pack("!L", len(chunk)) + chunk)
    clamd.sendall(struct.pack("!L", 0))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < 4096 and (part := clamd.recv(4096)):
        answer += part
    return answer.rstrip(b"\0").decode(errors="replace")

"""The real clamd of the tests knows what it must and nothing else."""

import socket
import struct
from urllib.parse import urlsplit

from tests.servers import EICAR


def scan(address: str, content: bytes) -> bytes:
    where = urlsplit(address)
    with socket.create_connection((where.hostname, where.port), timeout=10) as clamd:
        clamd.sendall(b"zINSTREAM\0" + struct.pack("!L", len(content)) + content + struct.pack("!L", 0))
        return clamd.recv(1000)


def test_clamd_finds_the_test_virus_and_passes_a_clean_file(real_clamd: str) -> None:
    assert b"Eicar-Test-Signature" in scan(real_clamd, EICAR)
    assert scan(real_clamd, b"%PDF-1.7 clean").startswith(b"stream: OK")

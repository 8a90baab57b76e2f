"""AutoFirma, played strictly: it refuses what the real one refuses, and speaks to the portal's own services.

After ProtocolInvocationUriParser, UrlParameters, UrlParametersToSign and IntermediateServerUtil of
github.com/ctt-gob-es/clienteafirma.
"""

import base64
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from django.test import Client

from tests.servers import Identity
from tests.signing.signer import der, signed

ALGORITHMS = {"SHA1withRSA", "SHA256withRSA", "SHA384withRSA", "SHA512withRSA"}


class Refused(Exception):
    """AutoFirma shows an error and does nothing."""


def _des(key: bytes) -> Cipher[modes.ECB]:
    return Cipher(TripleDES(key * 3), modes.ECB())


def decipher(text: str, key: bytes) -> bytes:
    padding, dot, body = text.partition(".")
    if not dot:
        raise Refused("SAF_15")
    decryptor = _des(key).decryptor()
    data = decryptor.update(base64.b64decode(body.replace("-", "+").replace("_", "/"), validate=True))
    return data[: len(data) - int(padding)]


def cipher(data: bytes, key: bytes) -> str:
    padding = (8 - len(data) % 8) % 8
    encryptor = _des(key).encryptor()
    return f"{padding}.{base64.urlsafe_b64encode(encryptor.update(data + bytes(padding))).decode()}"


def servlet(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or "?" in url or "=" in url:
        raise Refused("SAF_03")
    return parts.path


@dataclass
class AutoFirma:
    """`open(address)` fetches what to do; `sign(card)` and `say(text)` bring an answer."""

    http: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    asked: dict[str, str] = field(default_factory=dict)
    key: bytes = b""
    properties: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, body: str) -> str:
        answer = self.http.post(path, body.encode(), content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def open(self, address: str) -> None:
        if not address.startswith("afirma://sign?"):
            raise Refused("SAF_02")
        given = dict(parse_qsl(urlsplit(address).query, strict_parsing=True))
        if set(given) != {"fileid", "rtservlet", "key"} or len(given["key"]) != 8 or len(address) > 2000:
            raise Refused("SAF_03")
        self.key = given["key"].encode()
        fetched = self.post(servlet(given["rtservlet"]), f"op=get&v=1_0&id={given['fileid']}")
        if fetched[:4].lower() == "err-":
            raise Refused(f"SAF_16 {fetched}")
        root = ElementTree.fromstring(decipher(fetched, self.key))
        if root.tag != "sign" or any(one.tag != "e" or set(one.attrib) != {"k", "v"} for one in root):
            raise Refused("SAF_03")
        self.asked = {one.attrib["k"]: one.attrib["v"] for one in root}
        self._check()

    def _check(self) -> None:
        asked = self.asked
        if not re.fullmatch(r"[A-Za-z0-9]{1,20}", asked["id"]):
            raise Refused("SAF_03")
        if asked["op"] != "sign" or asked["algorithm"] not in ALGORITHMS or asked["format"] != "PAdES":
            raise Refused("SAF_06")
        if int(asked["ver"]) > 3 or asked["key"].encode() != self.key:
            raise Refused("SAF_21")
        servlet(asked["stservlet"])
        if "+" in asked["properties"] or "+" in asked["dat"]:
            raise Refused("some versions read a blank there")
        lines = base64.b64decode(asked["properties"], validate=True).decode("ascii").splitlines()
        self.properties = dict(line.split("=", 1) for line in lines)

    @property
    def document(self) -> bytes:
        return base64.urlsafe_b64decode(self.asked["dat"])

    def say(self, text: str) -> str:
        return self.post(servlet(self.asked["stservlet"]), f"op=put&v=1_0&id={self.asked['id']}&dat={text}")

    def bring(self, file: bytes, card: Identity) -> str:
        return self.say(f"{cipher(der(card), self.key)}|{cipher(file, self.key)}")

    def sign(self, card: Identity) -> str:
        assert self.properties["signatureSubFilter"] == "ETSI.CAdES.detached"
        assert self.properties["alwaysCreateRevision"] == "true"  # else an unsigned PDF is written anew
        return self.bring(signed(self.document, card), card)

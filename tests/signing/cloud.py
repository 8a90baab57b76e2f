"""A signing service in the cloud, played strictly: CSC API v2 (2.0), OAuth 2 with PKCE.

Nothing is signed but the one hash that its owner allowed, once, with the token of the same visit.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from tests.servers import Identity
from tests.signing.signer import der

CLIENT, SECRET, SHA256, ECDSA = "biscaytik", "s" * 24, "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"
BACK = "http://testserver/signing/cloud/back/"


class Refused(Exception):
    """The service answers with an error of its own."""


@dataclass
class Service:
    """`cards`: credential → the certificate it stands for; `signed`: the hashes that it has signed."""

    cards: dict[str, Identity] = field(default_factory=dict)
    status: str = "enabled"
    broken: str = ""  # an address that answers 500
    signed: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    sads: dict[str, dict[str, str]] = field(default_factory=dict)
    url: str = ""
    lie: str = ""  # a hash that it signs instead of the one it is asked for
    garbage: dict[str, bytes] = field(default_factory=dict)  # the end of an address → what it answers there
    # the end of an address → what happens elsewhere while it is asked there
    meanwhile: dict[str, Callable[[], object]] = field(default_factory=dict)
    moved: str = ""  # where it sends everybody on to
    slow: float = 0  # seconds before each byte of an answer

    def visit(self, address: str, *, allow: bool = True) -> str:
        """The browser goes there, and she allows it; where it is sent back to."""
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}
        assert address.startswith(f"{self.url}/oauth2/authorize?"), address
        needed = {"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "lang"}
        assert needed <= set(asked) and asked["code_challenge_method"] == "S256", asked
        assert (asked["response_type"], asked["client_id"], asked["redirect_uri"]) == ("code", CLIENT, BACK)
        if asked["scope"] == "credential":
            assert asked["credentialID"] in self.cards and asked["numSignatures"] == "1"
            assert asked["hashAlgorithmOID"] == SHA256
            assert len(base64.urlsafe_b64decode(asked["hashes"])) == 32
        else:
            assert asked["scope"] == "service"
        if not allow:
            return f"{BACK}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{BACK}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form["grant_type"] != "authorization_code":
            raise Refused("invalid_grant")
        if (form["client_id"], form["client_secret"], form["redirect_uri"]) != (CLIENT, SECRET, BACK):
            raise Refused("invalid_client")
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            raise Refused("invalid_grant")
        made = secrets.token_urlsafe(24)
        if asked["scope"] == "credential":
            self.sads[made] = asked
            return {"access_token": made, "token_type": "SAD", "expires_in": 300}
        self.tokens.add(made)
        return {"access_token": made, "token_type": "Bearer", "expires_in": 3600}

    def info(self, asked: dict[str, Any]) -> dict[str, Any]:
        card = self.cards.get(asked["credentialID"])
        if card is None or asked["certificates"] != "chain":
            raise Refused("invalid_request")
        return {
            "key": {"status": self.status, "algo": [ECDSA], "len": 256, "curve": "1.2.840.10045.3.1.7"},
            "cert": {"status": "valid", "certificates": [base64.b64encode(der(card)).decode()]},
            "auth": {"mode": "oauth2code"},
            "SCAL": "2",
            "multisign": 1,
        }

    def sign(self, asked: dict[str, Any]) -> dict[str, Any]:
        if set(asked) - {"clientData", "signAlgoParams"} != {
            "credentialID", "SAD", "hashes", "hashAlgorithmOID", "signAlgo",
        }:  # fmt: skip
            raise Refused(f"invalid_request {sorted(asked)}")
        allowed = self.sads.pop(asked["SAD"], None)  # once
        if allowed is None or allowed["credentialID"] != asked["credentialID"]:
            raise Refused("invalid_sad")
        (digest,) = [base64.b64decode(one) for one in asked["hashes"]]
        if base64.urlsafe_b64encode(digest).decode() != allowed["hashes"]:
            raise Refused("hash not allowed")
        if (asked["hashAlgorithmOID"], asked["signAlgo"]) != (SHA256, ECDSA):
            raise Refused("algorithm")
        self.signed.append(digest.hex())
        to_sign = bytes.fromhex(self.lie) if self.lie else digest
        key = self.cards[asked["credentialID"]].key
        made = key.sign(to_sign, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
        return {"signatures": [base64.b64encode(made).decode()]}

    def answer(self, path: str, body: bytes, headers: Any) -> dict[str, Any]:
        if path == "/oauth2/token":
            return self.token({name: values[0] for name, values in parse_qs(body.decode()).items()})
        if headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise Refused("invalid_token")
        asked = json.loads(body)
        if path == "/csc/v2/credentials/list":
            return {"credentialIDs": list(self.cards)}
        if path == "/csc/v2/credentials/info":
            return self.info(asked)
        if path == "/csc/v2/signatures/signHash":
            return self.sign(asked)
        raise Refused("no such method")


@contextmanager
def serving(service: Service) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                status, said = 200, service.answer(self.path, body, self.headers)
                if service.broken and self.path.endswith(service.broken):
                    status, said = 500, {}
            except Refused as error:
                status, said = 400, {"error": str(error)}
            method = self.path.rsplit("/", 1)[1]
            service.meanwhile.get(method, bool)()
            text = service.garbage.get(method, json.dumps(said).encode())
            self.send_response(307 if service.moved else status)
            self.send_header("Location", service.moved)
            self.send_header("Content-Type", "application/json;charset=UTF-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            with suppress(ConnectionError):  # who asks may have heard enough
                self._write(text)

        def _write(self, text: bytes) -> None:
            for at in range(len(text) if service.slow else 0):
                time.sleep(service.slow)
                self.wfile.write(text[at : at + 1])
            if not service.slow:
                self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    yield
    server.shutdown()
    server.server_close()

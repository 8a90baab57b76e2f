"""Giltza, played by a strict server: each parameter that is missing or wrong is a 400."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

from core.audit.constants import Level
from core.identity.contrib.giltza.views import read_claims
from core.identity.gateways import troubles
from core.identity.services import find_person
from core.municipalities.services import DomainError
from tests.cast import Cast

JON = {"dni": "87654321X", "given_name": "JON", "surname1": "ALDANA", "surname2": "GOIRI", "issuer": "IZENPE S.A."}
REDIRECT = "http://testserver/eu/account/giltza/back/"


class Giltza(BaseHTTPRequestHandler):
    claims: dict[str, Any] = JON
    challenges: dict[str, str] = {}

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path == "/trustedx-resources/openid/v1/users/me":
            return self._answer(200 if self.headers["Authorization"] == "Bearer good" else 401, self.claims)
        fixed = {
            "response_type": "code",
            "client_id": "udalak",
            "redirect_uri": REDIRECT,
            "prompt": "login",
            "ui_locales": "eu",
            "acr_values": "urn:safelayer:tws:policies:authentication:level:medium",
            "code_challenge_method": "S256",
        }
        right = url.path == "/trustedx-authserver/oauth/izenpe" and fixed.items() <= asked.items()
        if not right or "urn:izenpe:identity:global" not in asked["scope"].split() or len(asked["state"]) < 20:
            return self._answer(400, {})
        self.challenges["the-code"] = asked["code_challenge"]
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?code=the-code&state={asked['state']}")
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {key: values[0] for key, values in parse_qs(body).items()}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        right = (
            self.path == "/trustedx-authserver/oauth/izenpe/token"
            and self.headers["Authorization"] == "Basic " + base64.b64encode(b"udalak:sekretua").decode()
            and (form["grant_type"], form["redirect_uri"]) == ("authorization_code", REDIRECT)
            and self.challenges.pop(form["code"], None) == proof  # a code works once
        )
        self._answer(200 if right else 400, {"access_token": "good", "token_type": "Bearer"} if right else {})

    def _answer(self, status: int, data: dict[str, Any]) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def giltza(settings: Any) -> Iterator[type[Giltza]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Giltza)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.IDENTITY_GATEWAYS = ["giltza"]
    settings.GILTZA_CLIENT_ID, settings.GILTZA_CLIENT_SECRET = "udalak", "sekretua"
    settings.GILTZA_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    yield Giltza
    Giltza.claims = JON
    server.shutdown()
    server.server_close()


def come_back(client: Client) -> str:
    """The address with code and state to which Giltza sends the browser."""
    there = client.get("/mundaka/eu/account/giltza/?next=/mundaka/eu/account/")["Location"]
    answer = requests.get(there, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, "Giltza refuses what it was asked"
    return answer.headers["Location"].removeprefix("http://testserver")


def test_giltza_proves_an_account_and_the_answer_works_once(
    cast: Cast, giltza: type[Giltza], browser: Callable[..., Client]
) -> None:
    jon = browser(cast.jon)
    address = come_back(jon)
    assert jon.get(address)["Location"] == "/mundaka/eu/account/"
    assert find_person("nif", "87654321X") == cast.jon.person
    assert jon.session["identity_level"] == Level.CERTIFICATE
    assert jon.get(address).status_code == 409


def test_another_browsers_answer_is_refused(cast: Cast, giltza: type[Giltza], browser: Callable[..., Client]) -> None:
    jon, ane = browser(cast.jon), browser(cast.ane)
    address = come_back(jon)
    come_back(ane)
    assert ane.get(address).status_code == 409
    assert Client().get(address).status_code == 409


def test_whoever_gives_up_in_giltza_reads_what_to_do(cast: Cast, giltza: type[Giltza], client: Client) -> None:
    state = come_back(client).rpartition("state=")[2]
    assert client.get(f"/eu/account/giltza/back/?error=access_denied&state={state}").status_code == 409


def test_a_giltza_that_is_down_or_forgets_the_number_is_explained(
    cast: Cast, giltza: type[Giltza], client: Client, settings: Any
) -> None:
    address = come_back(client)
    giltza.claims = {"name": "JON"}
    assert "IFZrik" in client.get(address).content.decode()
    address = come_back(client)
    settings.GILTZA_BASE_URL = "http://127.0.0.1:9"
    assert "Giltza" in client.get(address).content.decode()


def test_what_giltza_says_becomes_an_identity() -> None:
    company = read_claims(JON | {"cif": "P4802400D", "organization": "UDALA"}).represents
    assert company and (company.nif, company.name) == ("P4802400D", "UDALA")
    with pytest.raises(DomainError, match="BAKQ"):
        read_claims(JON | {"acr": "urn:safelayer:tws:policies:authentication:level:low"})


def test_a_gateway_that_is_not_whole_is_named_by_the_system_check(settings: Any) -> None:
    settings.IDENTITY_GATEWAYS = ["giltza", "certificate", "nonsense"]
    assert {trouble.gateway for trouble in troubles()} == {"giltza", "certificate", "nonsense"}


def test_an_answer_with_another_state_is_refused_even_with_a_good_code(
    cast: Cast, giltza: type[Giltza], browser: Callable[..., Client]
) -> None:
    """Else whoever makes a browser follow a link of hers gives it her own identity."""
    jon = browser(cast.jon)
    address, _, _state = come_back(jon).rpartition("state=")
    assert jon.get(f"{address}state=another").status_code == 409
    assert find_person("nif", "87654321X") is None

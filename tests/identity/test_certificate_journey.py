"""The certificate's way through the real nginx, from the town's page and back to it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import urllib3
from django.test import Client
from django.utils import timezone

from core.audit.constants import Level
from core.identity.models import HandOver, IdentityProof
from core.identity.services import find_person
from core.identity.services.issuers import load_issuer
from tests.cast import Cast
from tests.identity.pki import ANE, Authority, answering
from tests.servers import CERTIFICATE_HOST, PROXY_SECRET, Identity, Nginx

START = "/mundaka/en/account/certificate/?next=/mundaka/en/account/"
JON = {"SERIAL": "IDCES-87654321X", "GN": "JON", "SN": "ALDANA GOIRI", "CN": "JON - 87654321X"}


@pytest.fixture(autouse=True)
def switched_on(settings: Any) -> None:
    settings.IDENTITY_GATEWAYS = ["certificate"]
    settings.CERTIFICATE_HOST = f"https://{CERTIFICATE_HOST}"
    settings.CERTIFICATE_PROXY_SECRET = PROXY_SECRET
    settings.ALLOWED_HOSTS = ["testserver", CERTIFICATE_HOST, "localhost", "127.0.0.1", "portal.localhost"]


@pytest.fixture
def izenpe(tmp_path: Path, db: None) -> Iterator[Authority]:
    root = Authority(tmp_path, "Izenpe.com")
    with answering(root):
        load_issuer(root.pem)
        yield root


@pytest.fixture
def nginx(
    transactional_db: None, live_server: Any, real_nginx: Callable[..., Nginx], izenpe: Authority, tmp_path: Path
) -> Nginx:
    (tmp_path / "bundle.pem").write_bytes(izenpe.pem)
    return real_nginx(upstream=urlsplit(live_server.url).netloc, client_ca=tmp_path / "bundle.pem")


def begin(client: Client) -> str:
    """The address, below the certificate host, to which the town's page sends the browser."""
    answer = client.get(START)
    assert answer["Location"].startswith(f"https://{CERTIFICATE_HOST}/mundaka/en/account/certificate/present/?begun=")
    return answer["Location"].removeprefix(f"https://{CERTIFICATE_HOST}")


def present(nginx: Nginx, address: str, card: Identity | None, **more: Any) -> urllib3.BaseHTTPResponse:
    return nginx.request("GET", address, host=CERTIFICATE_HOST, client=card, **more)


def words(answer: urllib3.BaseHTTPResponse) -> str:
    return re.sub(r"\s+", " ", answer.data.decode())


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_a_card_opens_its_owners_account_and_the_token_works_once(nginx: Nginx, cast: Cast, izenpe: Authority) -> None:
    ane = Client()
    back = present(nginx, begin(ane), izenpe.issue(ANE)).headers["Location"]
    assert back.startswith("http://testserver/mundaka/en/account/certificate/back/?token=")
    key = ane.session.session_key
    arrived = ane.get(back)
    assert ane.get(arrived["Location"])["Location"] == "/mundaka/en/account/"
    assert ane.session["identity_level"] == Level.CERTIFICATE
    assert ane.session["identity_evidence"]["issuer"] == "Izenpe"
    assert ane.session.session_key != key
    assert str(cast.ane.email) in ane.get("/mundaka/en/account/").content.decode()
    assert ane.get(back).status_code == 409
    assert not HandOver.objects.exists()


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_no_other_session_and_no_later_hour_takes_the_token(nginx: Nginx, cast: Cast, izenpe: Authority) -> None:
    ane, thief = Client(), Client()
    card = izenpe.issue(ANE)
    begin(thief)
    back = present(nginx, begin(ane), card).headers["Location"]
    assert thief.get(back).status_code == 409
    HandOver.objects.update(expires_at=timezone.now())
    assert ane.get(back).status_code == 409
    assert "identity_level" not in ane.session


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_each_bad_card_is_told_what_is_wrong(nginx: Nginx, cast: Cast, izenpe: Authority, tmp_path: Path) -> None:
    ane = Client()
    revoked = izenpe.issue(ANE)
    izenpe.revoked.add(revoked.certificate.serial_number)
    stranger = Authority(tmp_path, "Somebody", organisation="NOBODY", address=izenpe.address)
    for card, reason in (
        (None, "sent no certificate"),
        (revoked, "revoked"),
        (izenpe.issue(ANE, days=-1), "expired"),
        (stranger.issue(ANE), "do not know who issued"),
        (izenpe.issue({"CN": "A MACHINE"}), "no NIF"),
    ):
        answer = present(nginx, begin(ane), card)
        assert answer.status == 403
        assert reason in words(answer), reason
    assert "mundaka/en/account/identify/" in words(answer)


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_headers_made_up_outside_open_nothing(nginx: Nginx, cast: Cast, izenpe: Authority) -> None:
    forged = {
        "X-Client-Verify": "SUCCESS",
        "X-Client-Proxy": "guessed",
        "X-Client-Cert": quote(izenpe.issue(ANE).certificate_file.read_text()),
    }
    address = begin(Client())
    assert "sent no certificate" in words(present(nginx, address, None, headers=forged))
    assert nginx.request("GET", address, headers=forged).status == 404  # the portal's own host
    believed = forged | {"X-Client-Proxy": PROXY_SECRET}
    assert nginx.request("GET", address, headers=believed).status == 404


@pytest.mark.django_db
def test_without_the_proxys_secret_the_page_does_not_exist(cast: Cast, izenpe: Authority, settings: Any) -> None:
    client = Client()
    headers = {
        "HTTP_HOST": CERTIFICATE_HOST,
        "HTTP_X_CLIENT_VERIFY": "SUCCESS",
        "HTTP_X_CLIENT_CERT": quote(izenpe.issue(ANE).certificate_file.read_text()),
    }
    address = begin(client)
    assert client.get(address, **headers).status_code == 404
    assert client.get(address, **headers, HTTP_X_CLIENT_PROXY="guessed").status_code == 404
    assert client.get(address, **headers, HTTP_X_CLIENT_PROXY=PROXY_SECRET).status_code == 302
    settings.CERTIFICATE_PROXY_SECRET = ""
    assert client.get(address, **headers, HTTP_X_CLIENT_PROXY="").status_code == 404


@pytest.mark.django_db
def test_the_certificate_host_shows_nothing_else(cast: Cast, settings: Any) -> None:
    answer = Client().get("/mundaka/en/account/identify/", HTTP_HOST=CERTIFICATE_HOST)
    assert (answer.status_code, answer["Location"]) == (302, settings.BASE_URL)


def carry(client: Client, izenpe: Authority, subject: dict[str, str]) -> Any:
    """The whole way without nginx."""
    headers = {
        "HTTP_HOST": CERTIFICATE_HOST,
        "HTTP_X_CLIENT_VERIFY": "SUCCESS",
        "HTTP_X_CLIENT_PROXY": PROXY_SECRET,
        "HTTP_X_CLIENT_CERT": quote(izenpe.issue(subject).certificate_file.read_text()),
    }
    return client.get(Client().get(begin(client), **headers)["Location"])


@pytest.mark.django_db
def test_a_card_proves_the_account_that_is_open(cast: Cast, izenpe: Authority, browser: Callable[..., Client]) -> None:
    jon = browser(cast.jon)
    assert carry(jon, izenpe, JON)["Location"] == "/mundaka/en/account/"
    assert find_person("nif", "87654321X") == cast.jon.person
    assert IdentityProof.objects.get(user=cast.jon).evidence["serial"]


@pytest.mark.django_db
def test_a_card_of_somebody_else_changes_no_account(
    cast: Cast, izenpe: Authority, citizen_client: Client, browser: Callable[..., Client]
) -> None:
    assert carry(citizen_client, izenpe, JON).status_code == 409
    jon = browser(cast.jon)
    assert carry(jon, izenpe, ANE).status_code == 409
    assert jon.session.get("identity_level") == Level.ACCOUNT


@pytest.mark.django_db
def test_a_card_without_an_account_is_asked_to_make_one_and_to_confirm(
    cast: Cast, izenpe: Authority, client: Client
) -> None:
    answer = carry(client, izenpe, JON)
    assert answer["Location"] == "/mundaka/en/account/signup/?next=/mundaka/en/account/identified/".replace(
        "?next=/", "?next=%2F"
    ).replace("mundaka/en/account/identified/", "mundaka%2Fen%2Faccount%2Fidentified%2F")
    client.force_login(cast.jon, "core.identity.backends.RoleBackend")
    page = client.get("/mundaka/en/account/identified/").content.decode()
    assert "Jon Aldana Goiri" in page
    assert find_person("nif", "87654321X") is None
    client.post("/mundaka/en/account/identified/")
    assert find_person("nif", "87654321X") == cast.jon.person
    assert client.session["identity_level"] == Level.CERTIFICATE


@pytest.mark.django_db
def test_who_represents_a_company_carries_it_in_the_session(cast: Cast, izenpe: Authority, client: Client) -> None:
    first = carry(client, izenpe, ANE | {"ORG": "VATES-P4802400D", "O": "UDALA"})
    client.get(first["Location"])
    assert client.session["identity_evidence"]["represents"] == {"nif": "P4802400D", "name": "UDALA"}

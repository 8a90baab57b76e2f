"""The project's nginx, started for real before a server that answers with the headers it was sent."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import urllib3

from tests.servers import CERTIFICATE_HOST, PROXY_SECRET, Identity, Nginx, make_identity

FORGED = {
    "X-Client-Verify": "SUCCESS",
    "X-Client-Cert": "forged",
    "X-Client-Proxy": "guessed",
    "X-Forwarded-For": "1.2.3.4",
}


class Mirror(BaseHTTPRequestHandler):
    """Answers with the request's headers and the size of its body."""

    def do_GET(self) -> None:
        left = size = int(self.headers.get("Content-Length", 0))
        while left:
            left -= len(self.rfile.read(min(left, 1 << 20)))
        answer = json.dumps({name.lower(): value for name, value in self.headers.items()} | {"size": size}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def upstream() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def citizens(tmp_path: Path) -> Identity:
    """An authority that issues citizens' certificates."""
    return make_identity(tmp_path, "citizens")


@pytest.fixture
def nginx(real_nginx: Callable[..., Nginx], upstream: str, citizens: Identity) -> Nginx:
    return real_nginx(upstream=upstream, client_ca=citizens.certificate_file)


def test_the_portal_never_sees_certificate_headers_that_a_visitor_made_up(nginx: Nginx) -> None:
    seen = nginx.request("GET", "/eu/", headers=FORGED).json()
    assert not {"x-client-verify", "x-client-cert", "x-client-proxy"} & set(seen)
    assert (seen["x-forwarded-for"], seen["x-forwarded-proto"]) == ("127.0.0.1", "https")


def test_on_the_certificate_host_made_up_headers_are_overwritten(nginx: Nginx) -> None:
    seen = nginx.request("GET", "/", host=CERTIFICATE_HOST, headers=FORGED).json()
    assert (seen["x-client-verify"], seen["x-client-proxy"]) == ("NONE", PROXY_SECRET)
    assert "x-client-cert" not in seen


def test_a_citizens_certificate_reaches_the_portal(nginx: Nginx, citizens: Identity, tmp_path: Path) -> None:
    ane = make_identity(tmp_path, "ane", issuer=citizens)
    seen = nginx.request("GET", "/", host=CERTIFICATE_HOST, client=ane).json()
    assert seen["x-client-verify"] == "SUCCESS"
    assert unquote(seen["x-client-cert"]) == ane.certificate_file.read_text()


@pytest.mark.parametrize("fault", ["expired", "of an unknown authority"])
def test_a_certificate_that_fails_is_left_to_the_portal_to_explain(
    nginx: Nginx, citizens: Identity, tmp_path: Path, fault: str
) -> None:
    if fault == "expired":
        bad = make_identity(tmp_path, "bad", issuer=citizens, days=-1)
    else:
        bad = make_identity(tmp_path, "bad", issuer=make_identity(tmp_path, "strangers"))
    seen = nginx.request("POST", "/", host=CERTIFICATE_HOST, client=bad, body=b"x").json()
    assert seen["x-client-verify"].startswith("FAILED:")


def test_sixty_megabytes_reach_the_portal_which_can_explain_best(nginx: Nginx) -> None:
    assert nginx.request("POST", "/", body=bytes(60 << 20)).json()["size"] == 60 << 20


def test_far_too_much_gets_our_page_in_three_languages(nginx: Nginx) -> None:
    answer = nginx.request("POST", "/", headers={"Content-Length": str(200 << 20)}, body=b"start")
    assert answer.status == 413
    for text in ("handiegia", "demasiado grande", "too large"):
        assert text in answer.data.decode()
    assert nginx.request("GET", "/errors/errors.css").status == 200


def test_a_portal_that_is_down_gets_our_page_in_three_languages(real_nginx: Callable[..., Nginx]) -> None:
    answer = real_nginx(upstream="127.0.0.1:9").request("GET", "/eu/")
    assert answer.status == 502
    assert 'lang="eu"' in answer.data.decode() and 'lang="es"' in answer.data.decode()


def test_static_files_with_a_hashed_name_may_be_kept_for_ever_and_others_not(nginx: Nginx) -> None:
    for name, rule in (("portal.0123456789ab.css", "immutable"), ("portal.css", "max-age=300")):
        (nginx.folder / "static" / name).write_text("body {}")
        assert rule in nginx.request("GET", f"/static/{name}").headers["Cache-Control"]


def test_an_unknown_host_is_not_even_greeted(nginx: Nginx) -> None:
    with pytest.raises(urllib3.exceptions.SSLError):
        nginx.request("GET", "/", host="elsewhere.localhost")


def test_plain_http_is_sent_to_https(nginx: Nginx) -> None:
    answer = urllib3.request("GET", f"http://127.0.0.1:{nginx.http_port}/eu/", redirect=False)
    assert (answer.status, answer.headers["Location"]) == (301, "https://127.0.0.1/eu/")


SECRETS = [
    "/v/0123456789ABCDEFGHJKMNPQRS",
    "/mundaka/eu/verify/?csv=0123456789ABCDEFGHJKMNPQRS",
    "/mundaka/es/documents/0123456789ABCDEFGHJKMNPQRS/",
    "/mundaka/es/appointments/mine/0123456789ABCDEFGHJKMNPQRS/cancel/",
    "/mundaka/es/pay/0123456789ABCDEFGHJKMNPQRS/receipt/",
    "/payments/0123456789ABCDEFGHJKMNPQRS/",
    "/mundaka/es/sign/0123456789ABCDEFGHJKMNPQRS/",
    "/mundaka/es/folder/joining/abc/0123456789ABCDEFGHJKMNPQRS/",
    "/mundaka/es/drafts/0123456789ABCDEFGHJKMNPQRS/you/",
    "/es/account/password/reset/key/0123456789ABCDEFGHJKMNPQRS/",
    "/es/account/confirm-email/0123456789ABCDEFGHJKMNPQRS/",
    "/es/account/giltza/back/?state=x&code=0123456789ABCDEFGHJKMNPQRS",
    "/%76/0123456789ABCDEFGHJKMNPQRS",
]


def _logged(nginx: Nginx, *, until: str) -> str:
    """All that nginx has written down: a line comes after its answer has gone."""
    for _moment in range(100):
        logged = "".join((nginx.folder / name).read_text() for name in ("access.log", "error.log", "nginx.log"))
        if until in logged:
            break
        time.sleep(0.05)
    return logged


@pytest.mark.parametrize("host", [None, CERTIFICATE_HOST])
def test_the_logs_keep_neither_codes_nor_links_that_open_something(
    real_nginx: Callable[..., Nginx], host: str | None
) -> None:
    nginx = real_nginx(upstream="127.0.0.1:9")  # a portal that is away, whose faults nginx writes down too
    code = SECRETS[0].rsplit("/", 1)[1]
    for address in SECRETS:
        where = {"host": host} if host else {}
        nginx.request("GET", address, headers={"Referer": f"https://portal.localhost/v/{code}"}, **where)
        urllib3.request("GET", f"http://127.0.0.1:{nginx.http_port}{address}", redirect=False)
    nginx.request("GET", "/mundaka/es/procedures/IGU-001/start/")
    nginx.request("GET", "/mundaka/eu/procedures/?q=ane")
    logged = _logged(nginx, until="/eu/procedures/ ")
    assert code not in logged and "ane" not in logged and "IGU" not in logged
    assert "GET /mundaka/es/appointments/mine/*** HTTP" in logged
    assert "GET /mundaka/es/procedures/*** HTTP" in logged and "GET /mundaka/eu/procedures/ HTTP" in logged
    assert logged.count(" 503 ") + logged.count(" 502 ") >= len(SECRETS)

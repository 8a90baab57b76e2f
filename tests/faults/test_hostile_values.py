"""Every address of the resolver gets values that no form of ours would send; each is answered, none is a failure."""

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus, urljoin, urlsplit

import lxml.html
import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import get_resolver
from django.utils.datastructures import MultiValueDict

from core.audit.constants import Level
from core.documents import limits
from core.municipalities.scope import acting_for
from core.payments.models import PaymentAttempt
from tests.cast import Cast
from tests.clients import sign_in
from tests.wall import world as world_module
from tests.wall.test_matrix import fill, values, walk

Pairs = list[tuple[str, str | bytes]]

HOSTILE: tuple[str | bytes, ...] = (
    "9" * 23, "9" * 5000, "-1", "²", "2147483648", "1.5", "NaN", "1e999999",  # numbers, and not
    "9999-12-31", "0001-01-01", "2026-13-45", "99:99",  # days and hours
    b"\xff\xed\xa0\x80", "x" * 20_000, "\u202e//[", "a\r\nb", "",
)  # fmt: skip
STOCK_PAGES = 0.2  # of Django's own pages, which are the same for every model
READS_ITS_BODY = ("signing_storage", "signing_retriever")


class Reads:
    """What views read of a request's parameters while it is watched."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, None] = {}
        for method in ("__getitem__", "get", "getlist", "__contains__"):
            monkeypatch.setattr(MultiValueDict, method, self._watched(getattr(MultiValueDict, method)), raising=False)

    def _watched(self, plain: Any) -> Any:
        def read(held: Any, key: Any, *more: Any, **named: Any) -> Any:
            if type(held) is QueryDict and isinstance(key, str) and key != "csrfmiddlewaretoken":
                self.names[key] = None
            return plain(held, key, *more, **named)

        return read


class Undo(Exception):
    """Whatever a page did is taken back."""


def encode(pairs: Pairs) -> str:
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)


class Sweep:
    def __init__(self, reads: Reads, client: Client) -> None:
        self.reads, self.client, self.fell = reads, client, dict[str, int]()
        self.forms: set[tuple[str, ...]] = set()
        self.chance = random.Random(20261122)
        client.raise_request_exception = False

    def send(self, method: str, path: str, pairs: Pairs) -> HttpResponse:
        """Its answer; the rows, the cookies and the counts are as before."""
        limits.forget()
        cookies, sent = self.client.cookies.copy(), encode(pairs)
        self.reads.names.clear()
        try:
            with transaction.atomic():
                if method == "get":
                    answer = self.client.get(f"{path}?{sent}" if sent else path)
                else:
                    answer = self.client.post(path, sent, content_type="application/x-www-form-urlencoded")
                raise Undo
        except Undo:
            self.client.cookies = cookies
        if answer.status_code >= 500:
            self.fell[f"{method} {path} {[(n, v[:24]) for n, v in pairs]}"] = answer.status_code
        return answer

    def spoil(self, names: list[str]) -> Pairs:
        """A hostile value for each, one of them twice."""
        pairs = [(name, self.chance.choice(HOSTILE)) for name in names]
        return pairs + pairs[:1]

    def try_address(self, path: str) -> None:
        page = self.send("get", path, [])
        if page.status_code in (302, 403, 404) and "/admin/" in path:
            return  # the clerks' door, which reads nothing
        self.send("get", path, self.spoil([*self.reads.names, "q"]))
        self.send("post", path, [])
        self.send("post", path, self.spoil(list(self.reads.names)))
        if page.status_code == 200 and not page.streaming and "html" in page.get("Content-Type", ""):
            for form in lxml.html.fromstring(page.content).forms:
                self.try_form(path, form)

    def try_form(self, path: str, form: Any) -> None:
        """As a browser would send it, but for one field at a time."""
        action, method = urlsplit(urljoin(path, form.action or path)).path, form.method.lower()
        names = list(dict.fromkeys(one.name for one in form.inputs if one.name))
        key = (method, *names)
        if key in self.forms:
            return
        self.forms.add(key)
        pressed = [(one.get("name"), one.get("value", "")) for one in form.iter("button") if one.get("name")]
        filled = [(name, value or "1") for name, value in form.form_values()] + pressed[:1]
        for name in self.chance.sample(names, min(len(names), 3)):
            self.send(method, action, [pair for pair in filled if pair[0] != name] + self.spoil([name]))


def every_address(cast: Cast, world: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each address by its name, filled with the rows of `world`, or with what there is none of."""
    with acting_for(cast.mundaka.pk):
        token = PaymentAttempt.objects.filter(gateway="demo").values_list("token", flat=True).get()
    booking = world["booking"]
    known = values(world) | {
        "payments_notify.token": token, "token": "x", "service_id": booking.service_id, "office_id": world["office"].pk,
        "stamp": booking.starts_at.strftime("%Y%m%d%H%M"), "version": "1", "name": "subject", "key": "a",
        "object_id": "9" * 23, "content_type_id": "9" * 23, "app_label": "census", "url": "x", "uidb36": "1",
    }  # fmt: skip
    for name, pattern, text in walk(get_resolver().url_patterns):
        path, missing = fill(name, pattern, text, known)
        assert not missing, missing
        if "logout" not in path:
            yield name, "/mundaka/" + path.replace("^", "").replace("$", "").replace("(?P<kind>[ES])", "E")


@pytest.fixture
def sweep(cast: Cast, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Sweep]:
    client = Client()
    if request.param != "nobody":
        sign_in(client, getattr(cast, request.param), level=Level.CERTIFICATE, second_factor=True)
    cache.clear()
    yield Sweep(Reads(monkeypatch), client)


@pytest.mark.parametrize("sweep", ["nobody", "ane", "miren"], indirect=True)
def test_no_value_breaks_a_page(cast: Cast, sweep: Sweep) -> None:
    world = world_module.build(cast)
    clerk = sweep.client.session.get("_auth_user_id") == str(cast.miren.pk)
    for name, path in every_address(cast, world):
        if "/admin/" in path and "_staff:" not in name and (not clerk or sweep.chance.random() > STOCK_PAGES):
            continue
        answer = sweep.send("post", path, [("a\0b" if sweep.chance.random() < 0.1 else "key", "a\0b")])
        assert answer.status_code in (400, 404) or name in READS_ITS_BODY, f"{path} → {answer.status_code}"
        sweep.try_address(path)
    assert not sweep.fell, "\n".join(f"{sent} → {status}" for sent, status in sweep.fell.items())

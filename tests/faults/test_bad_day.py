"""The real processes on a bad day: no broker, Postgres restarted, everything pressed at once."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
import requests
from django.core.management import call_command
from django.db import connection

from biscaytik.launcher.stack import Stack
from case_files.models import CaseFile
from core.documents.constants import DocumentState
from core.documents.models import Document
from core.municipalities.scope import acting_for
from core.notifications.models import OutboxRow
from procedures.models import Draft
from procedures.services import enable_procedures
from registry.models import Book, Entry
from registry.services import verify_book
from tests import cast as cast_module
from tests.cast import Cast
from tests.faults.visitor import REFUSED, Visitor
from tests.live import OwnServers
from tests.servers import PORTAL_HOST, Nginx

pytestmark = pytest.mark.server


def furnish() -> Cast:
    """The cast and the general request, in whatever database Django's connection leads to."""
    call_command("load_catalogue", stdout=StringIO())
    cast = cast_module.build()
    for town in (cast.mundaka, cast.balmaseda):
        with acting_for(town.pk):
            enable_procedures(town.pk, ["REG-001"])
    return cast


def entries(cast: Cast) -> list[str]:
    """The numbers in Mundaka's book, after checking that it is whole: one case file and one receipt for each."""
    with acting_for(cast.mundaka.pk):
        found = list(Entry.objects.select_related("book").order_by("number"))
        assert [entry.number for entry in found] == list(range(1, len(found) + 1))
        assert CaseFile.objects.count() == len(found)
        assert Document.objects.filter(template="receipt").count() == len(found)
        assert all(verify_book(book) == [] for book in Book.objects.all())
        return [entry.reference for entry in found]


def wait(happened: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def all_is_made(cast: Cast) -> bool:
    with acting_for(cast.mundaka.pk):
        waiting = Document.objects.exclude(state=DocumentState.READY).exists()
        return not waiting and not OutboxRow.objects.filter(done_at=None).exists()


def test_without_redis_a_request_gets_its_number_and_the_rest_when_it_is_back(
    own_servers: OwnServers, live_stack: Callable[..., Stack]
) -> None:
    cast = furnish()
    stack = live_stack(parts=("web", "worker", "beat"))
    jon = Visitor(stack.address, cast.jon).fill("REG-001")
    seen = jon.seen()
    own_servers.kill_valkey()
    began = time.monotonic()
    assert jon.post(seen).status_code == 302
    assert time.monotonic() - began < 5
    page = jon.get()
    (number,) = entries(cast)
    assert number in page.text
    with acting_for(cast.mundaka.pk):
        receipt = Document.objects.get(template="receipt")
        assert receipt.csv in page.text
        assert receipt.state == DocumentState.PENDING
    own_servers.start()
    wait(lambda: all_is_made(cast), 90)
    assert len(entries(cast)) == 1
    with acting_for(cast.mundaka.pk):
        assert {document.versions.count() for document in Document.objects.all()} == {1}


def test_a_restart_of_postgres_is_not_noticed_and_while_it_is_away_the_page_says_so(
    own_servers: OwnServers, live_stack: Callable[..., Stack]
) -> None:
    cast = furnish()
    stack = live_stack(parts=("web",))
    jon = Visitor(stack.address, cast.jon).fill("REG-001")
    seen = jon.seen()
    connection.close()
    own_servers.kill_postgres()
    own_servers.start()
    assert [jon.get().status_code for _request in range(4)] == [200] * 4  # every thread held a connection
    connection.close()
    own_servers.kill_postgres()
    for _request in range(4):
        answer = jon.post(seen)
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "60")
        assert "ez da galdu" in answer.text
    own_servers.start()
    assert jon.post(seen).status_code == 302
    assert entries(cast)[0] in jon.get().text


@pytest.mark.django_db(transaction=True)
def test_the_last_button_pressed_by_eight_hands_enters_it_once(live_stack: Callable[..., Stack]) -> None:
    cast = furnish()
    stack = live_stack(parts=("web",))
    jon = Visitor(stack.address, cast.jon).fill("REG-001")
    path, seen = jon.at, jon.seen()
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda _hand: jon.post(seen, path), range(8)))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(entries(cast)) == 1


@pytest.mark.django_db(transaction=True)
def test_what_may_not_be_attached_is_refused_with_words_through_nginx_and_clamd(
    live_stack: Callable[..., Stack], real_nginx: Callable[..., Nginx], real_clamd: str
) -> None:
    cast = furnish()
    stack = live_stack(parts=("web",), ANTIVIRUS_BACKEND="clamd", CLAMD_ADDRESS=real_clamd)
    nginx = real_nginx(upstream=stack.address.removeprefix("http://"))
    jon = Visitor(stack.address, cast.jon).fill("REG-001", until="documents")

    def attachments() -> list[str]:
        with acting_for(cast.mundaka.pk):
            return [one["file_name"] for one in Draft.objects.get().attachments]

    for name, (content, words) in REFUSED.items():
        prepared = jon.http.prepare_request(_upload(jon, f"https://{PORTAL_HOST}{jon.at}", name, content))
        headers = {key: value for key, value in prepared.headers.items() if key in ("Cookie", "Content-Type")}
        headers |= {"X-CSRFToken": jon.http.headers["X-CSRFToken"], "Referer": f"https://{PORTAL_HOST}/"}
        answer = nginx.request("POST", jon.at, headers=headers, body=prepared.body)
        page = answer.data.decode()
        assert answer.status == 200, (name, answer.status, page[:500])
        assert words in page, name
        assert name in page
        assert attachments() == []
    prepared = jon.http.prepare_request(_upload(jon, f"https://{PORTAL_HOST}{jon.at}", "good.pdf", b"%PDF-1.7 good"))
    headers |= {"Content-Type": str(prepared.headers["Content-Type"])}
    assert nginx.request("POST", jon.at, headers=headers, body=prepared.body).status == 302
    assert attachments() == ["good.pdf"]


def _upload(visitor: Visitor, url: str, name: str, content: bytes) -> requests.Request:
    return requests.Request("POST", url, data={"upload": "1"}, files={"file_attachments": (name, content)})

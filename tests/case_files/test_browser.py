"""The clerks' pages in a real browser: no axe violation, and nothing that scrolls sideways on a telephone."""

import os

import pytest
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from case_files.services import ask_correction
from core.municipalities.scope import acting_for
from tests.cast import Cast
from tests.clients import sign_in
from tests.pages import CHROMIUM, violations

from .files import ITEM, opened, walk_to

FILE = "case-files/{file}/"
PAGES = [
    "",
    "case-files/",
    "case-files/?queue=all&q=etxebarria",
    "case-files/failed/",
    *(f"{FILE}?section={name}" for name in ("task", "documents", "communications", "history", "data")),
    *(f"{FILE}{code}/" for code in ("resolve", "assign", "hand", "document", "unit", "message")),
    "case-files/{waiting}/",
    "case-files/{first}/correct/",
]


def _faults(browser: Browser, server: LiveServer, session: str, paths: list[str], width: int) -> list[str]:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    page = context.new_page()
    faults = []
    for path in paths:
        answer = page.goto(server.url + path)
        if not answer or answer.status != 200:
            faults.append(f"{path}: {answer and answer.status}")
            continue
        if shots := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{shots}/{path.strip('/').replace('/', '_').replace('?', '_')}-{width}.png")
        found = violations(page)
        faults += [f"{path} at {width}: {fault['id']} {[n['target'] for n in fault['nodes']][:2]}" for fault in found]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{path} scrolls sideways at {width}")
    context.close()
    return faults


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_clerk_is_shut_out(live_server: LiveServer, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    with acting_for(cast.mundaka.pk):
        waiting, file, first = opened(cast), opened(cast), opened(cast)
        ask_correction(case_file=waiting, items=ITEM, actor=cast.clerk())
        walk_to(file, "resolution", cast.clerk())
    names = {"file": file.reference, "waiting": waiting.reference, "first": first.reference}
    paths = [f"/mundaka/{language}/admin/{page.format(**names)}" for language in ("eu", "es") for page in PAGES]
    session = sign_in(Client(), cast.miren, second_factor=True).cookies["sessionid"].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        faults = [f for width in (1280, 390) for f in _faults(browser, live_server, session, paths, width)]
        browser.close()
    assert not faults

"""The desks of the other rooms in a real browser: each page of the clerk's menu, in both languages and widths."""

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.case_files.test_browser import _faults
from tests.cast import Cast
from tests.clients import sign_in
from tests.pages import CHROMIUM

DESKS = ["desk/", "powers/new/", "desk-filing/", "census-desk/", "registry/", "registry/new/E/", "registry/books/"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_registrar_is_shut_out(live_server: LiveServer, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    session = sign_in(Client(), cast.miren, second_factor=True).cookies["sessionid"].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        faults = []
        for language, width in (("eu", 390), ("es", 1280)):
            paths = [f"/mundaka/{language}/admin/{desk}" for desk in DESKS]
            faults += _faults(browser, live_server, session, paths, width)
        browser.close()
    assert not faults

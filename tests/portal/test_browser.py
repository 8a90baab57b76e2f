"""Every public page in a real browser: no axe violation, and nothing that scrolls sideways at 320 pixels."""

import pytest
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.cast import Cast
from tests.clients import sign_in
from tests.pages import CHROMIUM, violations

PAGES = [
    "",
    "offices/",
    "status/",
    "verify/",
    "account/login/",
    "account/signup/",
    "accessibility/",
    "nowhere/",
    "folder/",
]


def _faults(browser: Browser, server: LiveServer, session: str, width: int) -> list[str]:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    page = context.new_page()
    faults = []
    for path in [f"/mundaka/{language}/{page}" for language in ("eu", "es") for page in PAGES] + ["/eu/", "/es/"]:
        page.goto(server.url + path)
        found = violations(page)
        faults += [f"{path} at {width}: {fault['id']}" for fault in found]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{path} scrolls sideways at {width}")
    context.close()
    return faults


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_page_shuts_anybody_out(live_server: LiveServer, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    session = sign_in(Client(), cast.ane).cookies["sessionid"].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        assert not [fault for width in (1280, 390, 320) for fault in _faults(browser, live_server, session, width)]
        browser.close()

"""The desks of the other rooms in a real browser: each page of the clerk's menu, in both languages and widths."""

import pytest
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
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
            faults += _menu(browser, f"{live_server.url}/mundaka/{language}/admin/", session, width)
        browser.close()
    assert not faults


def _menu(browser: Browser, address: str, session: str, width: int) -> list[str]:
    """One line, and the desks that it hides come by the keyboard alone."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.goto(address)
    box = page.locator("nav.menu").bounding_box()
    faults = [] if box and box["height"] < 60 else [f"the menu is {box} at {width}"]
    hidden = page.locator(".menu a[href$='powers/new/']:visible")
    assert not hidden.count()
    page.locator(".menu summary:visible").press("Enter")
    faults += [] if hidden.count() == 1 else [f"Enter opens nothing at {width}"]
    context.close()
    return faults

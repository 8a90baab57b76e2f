"""The pages of powers and of the desk in a real browser: no axe violation, nothing that scrolls sideways."""

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from core.audit.constants import Level
from tests.cast import Cast
from tests.clients import sign_in
from tests.pages import CHROMIUM, violations
from tests.representation.test_powers import ane_grants


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_powers_and_the_desk_shut_nobody_out(
    live_server: LiveServer, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    number = ane_grants(cast).number
    ane = sign_in(Client(), cast.ane, level=Level.CERTIFICATE).cookies["sessionid"].value
    miren = sign_in(Client(), cast.miren, second_factor=True).cookies["sessionid"].value
    pages = [(ane, "account/powers/"), (ane, f"account/powers/{number}/")]
    pages += [(miren, "admin/powers/new/"), (miren, "admin/desk-filing/")]
    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for language, width in (("eu", 1280), ("es", 320)):
            for session, path in pages:
                context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
                context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
                page = context.new_page()
                page.goto(f"{live_server.url}/mundaka/{language}/{path}")
                found = violations(page)
                faults += [f"{path} {language}: {one['id']}" for one in found]
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    faults.append(f"{path} {language} scrolls sideways at {width}")
                context.close()
        browser.close()
    assert faults == []

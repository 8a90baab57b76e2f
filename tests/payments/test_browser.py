"""The pages of paying in a real browser, in both languages and two widths: no axe violation, nothing sideways."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from core.audit.constants import Level
from core.payments.constants import ChargeState
from core.payments.models import Charge
from tests.cast import Cast
from tests.clients import sign_in
from tests.pages import CHROMIUM, violations
from tests.payments.conftest import now_at


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_paying_shuts_nobody_out(
    live_server: LiveServer, town: Cast, owe: Callable[..., Charge], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    session = sign_in(Client(), town.ane, level=Level.CERTIFICATE).cookies["sessionid"].value
    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for language, width in (("eu", 1280), ("es", 320)):
            context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            page = context.new_page()

            def look(where: str) -> None:
                found = violations(page)  # noqa: B023
                faults.extend(f"{where} {language}: {one['id']}" for one in found)  # noqa: B023
                wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                if page.evaluate(wide):  # noqa: B023
                    faults.append(f"{where} {language} scrolls sideways")  # noqa: B023

            charge = owe()
            page.goto(f"{live_server.url}/mundaka/{language}/pay/{charge.slug}/")
            look("pay")
            page.locator("form", has=page.locator("input[value=redsys]")).get_by_role("button").click()
            look("handover")
            page.go_back()
            page.locator("form", has=page.locator("input[value=demo]")).get_by_role("button").click()
            look("bank")
            page.locator("button[value=refused]").click()
            look("refused")
            page.locator("form", has=page.locator("input[value=demo]")).get_by_role("button").click()
            page.locator("button[value=paid]").click()
            look("paid")
            assert now_at(charge).state == ChargeState.PAID
            page.goto(f"{live_server.url}/mundaka/{language}/folder/")
            look("folder")
            context.close()
        browser.close()
    assert faults == []

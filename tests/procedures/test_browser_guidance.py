"""In a real browser: is this for you, the checklist, the explanations and what is looked up; nobody is shut out."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from core.audit.constants import Level
from tests.cast import Cast
from tests.clients import sign_in
from tests.pages import CHROMIUM
from tests.procedures.test_browser import faults
from tests.procedures.test_once_only import to_documents
from tests.procedures.walking import Walk

SHOTS = os.environ.get("SCREENSHOTS")  # a folder, for whoever wants to look


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_guidance_leads_on_one_question_at_a_time_and_shuts_nobody_out(
    live_server: LiveServer, online: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client = sign_in(Client(), online.ane, level=Level.CERTIFICATE)
    sent = Walk(client, "URB-002").begin().answer().send()  # so that her folder holds documents
    walk = to_documents(Walk(client, "VEH-002").begin())
    assert sent.response.status_code == 302
    pages = {
        "for-you": "procedures/VEH-002/for-you/",
        "ending": "procedures/VEH-002/for-you/#e1",
        "checklist": "procedures/URB-002/checklist/",
        "procedure": "procedures/VEH-002/",
        "catalogue": "procedures/?online=now",
        "documents": f"drafts/{walk.slug}/documents/",
        "check": f"drafts/{walk.slug}/1/?change=1",
    }
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for language, width in (("eu", 390), ("es", 1280)):
            context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=True)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            page = context.new_page()
            for name, address in pages.items():
                page.goto(f"{live_server.url}/mundaka/{language}/{address}")
                for summary in page.locator("main details.more > summary").all():
                    summary.click()
                found += faults(page, f"{language} {name} at {width}")
                if SHOTS:
                    page.screenshot(path=str(Path(SHOTS) / f"{name}-{language}-{width}.png"), full_page=True)
            context.close()
        assert not found
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{live_server.url}/mundaka/es/procedures/VEH-002/for-you/")
        visible = lambda: [one.get_attribute("id") for one in page.locator(".ask__part").all() if one.is_visible()]  # noqa: E731
        assert visible() == ["q1"]
        page.get_by_role("link", name="Sí", exact=True).click()
        assert visible() == ["q2"]
        page.get_by_role("link", name="No", exact=True).click()
        assert visible() == ["e2"]
        browser.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_who_leaves_a_discreet_page_does_not_come_back_to_it(
    live_server: LiveServer, online: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    settings.EXIT_URL = away = f"{live_server.url}/mundaka/es/offices/"
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for has_script in (True, False):
            context = browser.new_context(viewport={"width": 390, "height": 900}, java_script_enabled=has_script)
            page = context.new_page()
            page.goto(f"{live_server.url}/mundaka/es/")
            for address in ("procedures/?q=tengo+miedo", "procedures/IGU-001/"):
                page.goto(f"{live_server.url}/mundaka/es/{address}")
                found += faults(page, address) if has_script else []
            page.get_by_role("link", name="Salir de esta página ahora").click()
            page.wait_for_url(away)
            page.go_back()
            assert page.url.endswith("?q=tengo+miedo" if has_script else "/IGU-001/")
            context.close()
        browser.close()
    assert not found

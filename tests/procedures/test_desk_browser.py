"""The desk of forms in a real browser: nobody is shut out, and the preview follows what is written."""

import os

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from core.municipalities.scope import acting_for
from procedures.services import look, save_question
from tests.cast import Cast
from tests.clients import sign_in
from tests.pages import CHROMIUM
from tests.procedures.test_browser import faults
from tests.procedures.test_definitions import texts
from tests.procedures.test_town_forms import CODE, province_says, town_adds


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_form_is_made_in_a_browser_that_shows_it_while_it_is_written(
    live_server: LiveServer, online: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with acting_for(online.mundaka.pk):
        first = look(CODE, actor=online.clerk()).base["fields"][0]
        save_question(code=CODE, name=first["name"], question={**first, "labels": texts("Gurea")}, actor=online.clerk())
    town_adds(online)
    session = sign_in(Client(), online.miren, second_factor=True).cookies["sessionid"].value
    base, found = f"{live_server.url}/mundaka/eu/admin/forms/", list[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{base}{CODE}/add/?page=1")
        page.locator("[name=q-labels_eu]").fill("Zein auzotan?")
        page.locator("#preview label[for=preview_eu_new]", has_text="Zein auzotan?").wait_for()
        page.locator("[name=q-labels_es]").fill("¿En qué barrio?")
        page.get_by_role("button", name="Gorde").click()
        page.get_by_role("link", name="Zein auzotan?").wait_for()
        with acting_for(online.mundaka.pk):
            kept = look(CODE, actor=online.clerk()).definition["fields"]
        assert any(one["labels"]["es"] == "¿En qué barrio?" for one in kept)
        addresses = ["", f"{CODE}/", f"{CODE}/add/", f"{CODE}/questions/own_auzoa/", f"{CODE}/publish/"]
        for turn in range(2):
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 900})
                for address in addresses:
                    answer = page.goto(base + address)
                    assert answer and answer.status == 200, address
                    if shots := os.environ.get("SCREENSHOTS"):
                        page.screenshot(
                            path=f"{shots}/desk_{address.strip('/').replace('/', '_')}-{width}.png", full_page=True
                        )
                    found += faults(page, f"{address} at {width}")
            if not turn:
                province_says(online, label="Probintziarena")
                addresses = [f"{CODE}/confirm/"]
        browser.close()
    assert not found
    assert not [text for text in said if "Content Security" in text]

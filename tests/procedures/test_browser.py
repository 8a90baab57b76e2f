"""The wizard in a real browser: no axe violation, nothing that scrolls sideways, and a journey by hand and keyboard."""

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from core.audit.constants import Level
from tests.cast import Cast
from tests.clients import sign_in
from tests.pages import CHROMIUM, violations
from tests.procedures.answers import YOU
from tests.procedures.walking import PDF, Walk


def faults(page: Page, where: str) -> list[str]:
    found = [fault["id"] for fault in violations(page)]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    return [f"{where}: {fault}" for fault in found]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_wizards_pages_shut_nobody_out(
    live_server: LiveServer, online: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    client = sign_in(Client(), online.ane, level=Level.CERTIFICATE)
    pages = ["procedures/URB-002/start/"]
    for code in ("PAD-003", "URB-002", "CIV-001", "VIA-010"):
        walk = Walk(client, code).begin()
        client.post(walk.url("you"), {"go_on": "1"})  # with its errors
        pages += [f"drafts/{walk.slug}/{page}/" for page in ("you", *walk.definition.form.pages, "documents", "later")]
    checked = Walk(client, "REG-001").begin().answer()
    pages.append(f"drafts/{checked.slug}/check/")
    sent = Walk(client, "URB-002").begin(another="1").answer().send()
    pages.append(f"drafts/{sent.slug}/done/")
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for width in (1280, 320):
            context = browser.new_context(viewport={"width": width, "height": 900})
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            page = context.new_page()
            for address in pages:
                for language in ("eu", "es") if width == 1280 else ("eu",):
                    answer = page.goto(f"{live_server.url}/mundaka/{language}/{address}")
                    assert answer and answer.status == 200, address
                    found += faults(page, f"{language} {address} at {width}")
            context.close()
        browser.close()
    assert not found


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_request_from_the_first_click_to_its_number(
    live_server: LiveServer, online: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(PDF)
    client = sign_in(Client(), online.jon)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        context = browser.new_context()
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/mundaka/es/procedures/REG-001/start/")
        page.get_by_role("button", name="Empezar", exact=True).click()
        page.get_by_label("En mi nombre").check()
        page.get_by_label("Tu NIF, NIE o número de pasaporte").fill("12345678A")
        page.get_by_role("button", name="Continuar").click()
        page.get_by_role("alert").get_by_role("link", name="revisa el número y la letra").click()
        page.get_by_label("Tu NIF").fill("12345678Z")
        page.get_by_label("Tu nombre y apellidos").fill("Jon Aldana")
        page.get_by_label("Castellano", exact=True).check()
        page.get_by_label("En mi carpeta").check()
        page.get_by_role("button", name="Continuar").click()
        page.get_by_label("Asunto").fill("Una farola")
        page.get_by_label("Expongo").fill("No luce.")
        page.get_by_label("Solicito").fill("Que luzca.")
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Continuar").click()
        page.locator("input[type=file]").set_input_files(plan)
        page.get_by_text("plan.pdf").first.wait_for()
        page.get_by_role("button", name="Continuar").click()
        page.get_by_role("button", name="Enviar la solicitud").click()
        page.get_by_role("heading", name="Hemos recibido tu solicitud").wait_for()
        assert "-E-000001" in page.content()
        browser.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_question_comes_and_goes_with_the_answer_it_hangs_on(
    live_server: LiveServer, online: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client = sign_in(Client(), online.jon)
    walk = Walk(client, "PAT-001").begin()
    walk.post("you", YOU)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        context = browser.new_context()
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + walk.url("1"))
        plate = page.locator("[name=plate]")
        assert plate.count() == 0
        page.locator("[name=damage_type][value=vehicle]").check()
        assert plate.is_visible()
        assert "Galdera bat gehiago" in page.locator("[data-appeared]").inner_text()
        assert not faults(page, "with the question")
        plate.fill("1234 BCD")
        page.locator("[name=damage_type][value=other]").check()
        assert plate.count() == 0
        assert "plate" not in page.evaluate("[...new FormData(document.querySelector('form[novalidate]')).keys()]")
        page.locator("[name=damage_type][value=vehicle]").check()
        assert plate.input_value() == "1234 BCD"
        browser.close()

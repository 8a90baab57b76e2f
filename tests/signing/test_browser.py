"""Signing in a real browser, in both languages and two widths: with a code, and with AutoFirma beside it."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from core.audit.constants import Level
from core.municipalities.scope import acting_for
from core.signing.models import SigningRequest
from core.signing.services import ask
from tests.cast import Cast
from tests.clients import sign_in
from tests.pages import CHROMIUM, violations
from tests.servers import Identity
from tests.signing.autofirma import AutoFirma
from tests.signing.conftest import bytes_of, made
from tests.signing.signer import signed

WORDS = (
    ("eu", 390, "Bidali kodea", "Sinatu dokumentua", "sinatuta dago"),
    ("es", 1280, "Enviarme el código", "Firmar el documento", "está firmado"),
)


def asked_of_ane(cast: Cast) -> SigningRequest:
    with acting_for(cast.mundaka.pk):
        document = made(cast.clerk())
        request: SigningRequest = ask(
            document=document, person=cast.ane.person, name="Ane Etxebarria", actor=cast.clerk(),
            about="Akordio honekin hamar hilabetetan ordainduko duzu. / Con este acuerdo pagas en diez meses.",
        )  # fmt: skip
    return request


def look(page: Page, where: str, faults: list[str]) -> None:
    found = violations(page)
    faults.extend(f"{where}: {one['id']}" for one in found)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append(f"{where} scrolls sideways")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_signing_shuts_nobody_out(
    live_server: LiveServer, cast: Cast, card: Callable[..., Identity], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    session = sign_in(Client(), cast.ane, level=Level.CERTIFICATE).cookies["sessionid"].value
    faults: list[str] = []
    hers = card()
    # before Playwright's loop runs in this thread: sealing and signing need one of their own
    asked = [(asked_of_ane(cast), asked_of_ane(cast)) for _language in ("eu", "es")]
    files = [signed(bytes_of(second), hers) for _first, second in asked]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for (language, width, send, sign, done), (first, second), file in zip(WORDS, asked, files, strict=True):
            context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            page = context.new_page()
            page.goto(f"{live_server.url}/mundaka/{language}/folder/")
            look(page, f"folder {language}", faults)
            page.locator(f"a[href$='/sign/{first.slug}/']").click()
            look(page, f"sign {language}", faults)
            page.locator("summary").last.click()
            look(page, f"decline {language}", faults)
            page.get_by_role("button", name=send).click()
            look(page, f"code {language}", faults)
            page.get_by_role("button", name=sign).click()
            look(page, f"no code {language}", faults)
            page.locator("#id_code").fill(re.findall(r"\d{6}", mail.outbox[-1].subject)[0])
            page.get_by_role("button", name=sign).click()
            look(page, f"signed {language}", faults)
            assert done in page.locator("h1").inner_text()
            page.goto(f"{live_server.url}/mundaka/{language}/sign/{second.slug}/")
            page.locator(f"form[action$='/{second.slug}/autofirma/begin/'] button").click()
            look(page, f"autofirma {language}", faults)
            programme = AutoFirma()
            programme.open(page.locator("#open-autofirma").get_attribute("href") or "")
            assert programme.bring(file, hers) == "OK"
            page.wait_for_url(f"**/sign/{second.slug}/")  # its script has seen it, and pressed the button
            assert done in page.locator("h1").inner_text()
            look(page, f"signed with a certificate {language}", faults)
            context.close()
        browser.close()
    assert faults == []

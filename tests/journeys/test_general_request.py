"""REG-001 in a real browser: a citizen asks, the clerk of her town answers, and the citizen opens the answer."""

import re
import time
from collections.abc import Callable
from io import StringIO

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from biscaytik.launcher.stack import Stack
from core.municipalities.scope import acting_for
from procedures.services import enable_procedures, forget_definitions, forget_town_procedures
from registry.constants import BookKind
from registry.models import Entry
from tests.cast import Cast
from tests.journeys.visitor import CHROMIUM, Visitor

ANE = "ane@herritar.example"  # of the demonstration's gateway
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ASKED = {
    "subject": "Argiteria",
    "facts": "Kaleko bi farola itzalita daude.",
    "request": "Konpontzea eskatzen dut.",
}
ANSWER = "Bihar konponduko ditugu."
NUMBER = re.compile(r"\d{4}-E-\d{6}")
REFERENCE = re.compile(r"MUN-\d{4}-\d{6}")


@pytest.fixture
def town(transactional_db: None, cast: Cast) -> Cast:
    """Mundaka with the general application on line, and its clerk with her second step."""
    forget_definitions()
    forget_town_procedures()
    call_command("load_catalogue", stdout=StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)  # the live web serves what is collected
    with acting_for(cast.mundaka.pk):
        enable_procedures(cast.mundaka.pk, ["REG-001"])
    TOTP.activate(cast.miren, SECRET)
    # the live web does not know the hash of the tests
    cast.miren.password = make_password("pw", hasher=PBKDF2PasswordHasher())
    cast.miren.save(update_fields=["password"])
    return cast


def _ask(visitor: Visitor) -> tuple[str, str]:
    """From the first click to the registry number and the case file's reference."""
    visitor.open("folder/")
    visitor.be(ANE)
    visitor.open("procedures/?q=eskabide+orokorra")
    visitor.follow("/procedures/REG-001")
    visitor.follow("/REG-001/start")
    visitor.press("main form button.btn--start")
    go_on = "main button.btn[name=go_on]:visible"
    visitor.fill({"you_as": "self", "you_language": "eu", "you_channel": "electronic", "you_email": ANE})
    visitor.press(go_on)
    visitor.fill(ASKED)
    visitor.press(go_on)
    visitor.press(go_on)  # no document
    visitor.press("main form .actions button.btn")
    assert "/done/" in visitor.page.url, visitor.words
    number, reference = NUMBER.search(visitor.words), REFERENCE.search(visitor.words)
    assert number and reference, visitor.words
    return number[0], reference[0]


def _answer(visitor: Visitor, email: str, password: str, reference: str) -> None:
    """From the clerks' door to the answer that is on its way to the seal."""
    visitor.open("admin/")
    visitor.sign_in(email, password, SECRET)
    visitor.follow("/admin/case-files/")
    visitor.fill({"q": reference})
    visitor.press(".finder button")
    visitor.page.locator("table.tasks tbody input[type=checkbox]").check()
    visitor.press("button[name=act][value=take]")
    visitor.press('.tabs a[href*="queue=mine"]')
    visitor.follow(f"/case-files/{reference}/")
    visitor.fill({"outcome": "answered", "text_eu": ANSWER})
    visitor.press("main button.button.default")


def _read(visitor: Visitor, reference: str, *, patience: int = 30) -> bytes:
    """Open the legal notification from the folder, once the worker has sealed it; returns the answer's PDF."""
    link = f'main a.btn[href*="/notifications/"]:has-text("{reference}")'
    for _second in range(patience):
        visitor.page.goto(f"{visitor.address}/mundaka/{visitor.language}/folder/")
        if visitor.page.locator(link).count():
            break
        time.sleep(1)
    visitor.look()
    visitor.press(link)
    visitor.press("main button[name=open]")
    return visitor.download("/documents/")


@pytest.mark.browser
def test_a_general_request_is_answered_and_the_answer_opened(
    town: Cast, live_stack: Callable[..., Stack], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    stack = live_stack(IDENTITY_GATEWAYS="demo")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        ane = Visitor(browser, stack.address, language="eu", width=390, name="general-citizen")
        number, reference = _ask(ane)
        miren = Visitor(browser, stack.address, language="es", width=1280, name="general-clerk")
        _answer(miren, town.miren.email, "pw", reference)
        answer = _read(ane, reference)
        assert answer.startswith(b"%PDF") and b"/ByteRange" in answer  # sealed
        ane.follow(f"/{reference}/")
        assert not ane.faults + miren.faults
        browser.close()
    with acting_for(town.mundaka.pk):
        entries = Entry.objects.filter(case_reference=reference).select_related("book")
        written = {entry.book.kind: str(entry) for entry in entries}
    assert set(written) == {BookKind.ENTRY, BookKind.EXIT} and number in written[BookKind.ENTRY]

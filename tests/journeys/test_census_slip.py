"""PAD-006 in a real browser, against live web and worker: from the first click to the sealed slip."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from biscaytik.launcher.stack import Stack
from core.municipalities.scope import acting_for
from procedures.services import enable_procedures, forget_definitions, forget_town_procedures
from tests.cast import Cast
from tests.census.people import ane
from tests.journeys.visitor import CHROMIUM, Visitor

ANE = "ane@herritar.example"  # of the demonstration's gateway


@pytest.fixture
def town(transactional_db: None, cast: Cast) -> Cast:
    """Mundaka with its procedures on line, and the demonstration's Ane living there."""
    forget_definitions()
    forget_town_procedures()
    call_command("load_catalogue", stdout=StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)  # the live web serves what is collected
    with acting_for(cast.mundaka.pk):
        enable_procedures(cast.mundaka.pk, ["PAD-006"])
        ane(identifier="10000001S")
    return cast


def _ask(visitor: Visitor) -> None:
    visitor.open("procedures/?q=PAD-006")
    visitor.follow("/procedures/PAD-006")
    visitor.follow("/PAD-006/start")
    visitor.press("main form button.btn--start")
    visitor.be(ANE)
    visitor.press("main form button.btn--start")
    visitor.fill({"document_language": visitor.language, "delivery_channel": "download"})
    visitor.press("main button.btn[name=go_on]:visible")
    visitor.press("main form .actions button.btn")


@pytest.mark.browser
def test_a_resident_has_her_sealed_slip_in_the_same_visit(
    town: Cast, live_stack: Callable[..., Stack], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    stack = live_stack(IDENTITY_GATEWAYS="demo")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for language, width in (("eu", 390), ("es", 1280)):
            visitor = Visitor(browser, stack.address, language=language, width=width, name=f"slip-{language}")
            _ask(visitor)
            visitor.page.locator('main a.btn[href*="/documents/"]').wait_for(timeout=15000)
            visitor.look()
            slip = visitor.download("/documents/")
            assert slip.startswith(b"%PDF") and b"/ByteRange" in slip
            visitor.open("folder/")
            assert not visitor.faults
            visitor.context.close()
        browser.close()

"""PAD-006 in a real browser, against live web and worker: from the first click to the sealed slip."""

from collections.abc import Callable

import pytest

from tests.journeys.visitor import Citizen


@pytest.mark.django_db
@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("eu", 390), ("es", 1280)])
def test_a_resident_has_her_sealed_slip_in_the_same_visit(
    citizen: Callable[..., Citizen], language: str, width: int
) -> None:
    ane = citizen(language=language, width=width, name=f"slip-{language}")
    ane.choose("PAD-006", "PAD-006")
    ane.be("ane@herritar.example")
    ane.press("main form button.btn--start")
    ane.answer({"document_language": language, "delivery_channel": "download"})
    ane.press("main form .actions button.btn")
    ane.page.locator('main a.btn[href*="/documents/"]').wait_for(timeout=15000)
    ane.look()
    slip = ane.download("/documents/")
    assert slip.startswith(b"%PDF") and b"/ByteRange" in slip
    ane.open("folder/")

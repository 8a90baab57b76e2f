"""REG-001 by two neighbours in a real browser: one files it and names the other, who reads it and joins."""

from collections.abc import Callable

import pytest

from case_files.models import CaseParty, Joining
from core.municipalities.scope import acting_for
from tests.cast import Cast
from tests.journeys.test_general_request import ANE, ASKED, YOU
from tests.journeys.visitor import Citizen, Clerk

IKER = "iker@herritar.example"  # of the demonstration's gateway
OTHER = {"joint_0_name": "Iker Vega Salazar", "joint_0_identifier": "10000003V", "joint_0_email": IKER}


@pytest.mark.django_db
@pytest.mark.browser
def test_two_neighbours_ask_together(town: Cast, citizen: Callable[..., Citizen], clerk: Callable[..., Clerk]) -> None:
    ane = citizen(name="together-first", language="es", width=1280, twin=True)
    ane.open("folder/")
    ane.be(ANE)
    ane.choose("REG-001", "instancia general")
    ane.answer({**YOU, "you_joint": "yes"})
    ane.answer({**OTHER, "joint_0_identifier": "10000003A"})  # the letter is wrong, and the page says so
    ane.answer(OTHER)
    ane.answer(ASKED)
    ane.answer()
    _number, reference = ane.send()
    iker = citizen(name="together-second", language="eu", width=390, twin=True)
    iker.open("folder/")
    iker.be(IKER)
    assert reference not in iker.words
    iker.follow("/folder/joining/")
    assert "Kaleko bi farola" in iker.words and reference in iker.words
    iker.press("main button[name=join]")  # without saying that he has read it
    assert iker.page.locator(".errsum").count()
    iker.page.locator("[name=agrees]").check()
    iker.press("main button[name=join]")
    iker.follow(f"/{reference}/")
    ane.open("folder/")
    ane.follow(f"/{reference}/")
    assert "Se ha adherido" in ane.words
    miren = clerk(name="together-clerk")
    miren.open(f"admin/case-files/{reference}/")
    assert "SHA-256" in miren.page.locator("aside").last.inner_text()
    with acting_for(town.mundaka.pk):
        row = Joining.objects.get(case_file__reference=reference)
        assert row.state == "joined" and row.party == CaseParty.objects.get(identifier="10000003V")

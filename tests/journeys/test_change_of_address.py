"""PAD-003 in a real browser: a citizen moves, the census follows, and her next slip shows the new address."""

from collections.abc import Callable

import pytest

from case_files.constants import State
from case_files.models import CaseFile
from census.models import Inscription, Movement, Resident
from core.documents.models import Document
from core.municipalities.scope import acting_for
from core.municipalities.services.terms import local_today
from tests.cast import Cast
from tests.journeys.visitor import Citizen, Clerk

IKER = "iker@herritar.example"  # of the demonstration's gateway
YOU = {"you_as": "self", "you_language": "eu", "you_channel": "electronic", "you_email": IKER}


def _address(name: str, number: str, flat: str) -> dict[str, str]:
    parts = ("Intxaurrondo kalea", number, flat, "", "Mundaka")
    return {f"{name}_{at}": text for at, text in enumerate(parts)}


MOVE = {
    **_address("current_address", "7", "2. EZK"),
    **_address("new_address", "12", ""),  # not exactly a dwelling: a clerk settles it
    "move_date_0": "1",
    "move_date_1": "1",
    "move_date_2": str(local_today().year),
    "registrants_0_name": "Iker",
    "registrants_0_surnames": "Vega Salazar",
    "registrants_0_identifier": "10000003V",
    "housing_title_type": "owner",
}


def _ask(iker: Citizen) -> str:
    iker.open("folder/")
    iker.be(IKER)
    iker.choose("PAD-003", "helbidea aldatu")
    iker.answer(YOU)
    while "/documents/" not in iker.page.url:
        iker.answer(MOVE)
    iker.hand_in("file_housing_title", "eskritura.pdf")
    iker.answer()
    return iker.send()[1]


def _handle(miren: Clerk, reference: str) -> None:
    """Documents and identity are right, the census desk says which dwelling is meant, and it is granted."""
    miren.take(reference)
    miren.do({"note": "Dena dago."})
    miren.do({"note": "Nortasuna egiaztatuta."})
    miren.follow(f"/moves/{reference}/")
    miren.page.locator('main select[name="dwelling"]').select_option(index=1)
    miren.do()
    assert miren.page.locator("main .notice").count(), miren.words  # what she settled
    miren.follow(f"/case-files/{reference}/")
    miren.do({"outcome": "granted", "text_eu": "Helbidea aldatzen da."})


@pytest.mark.django_db
@pytest.mark.browser
def test_a_move_that_is_granted_changes_the_census_and_the_next_slip(
    town: Cast, citizen: Callable[..., Citizen], clerk: Callable[..., Clerk]
) -> None:
    iker, miren = citizen(name="move-citizen"), clerk(name="move-clerk")
    reference = _ask(iker)
    _handle(miren, reference)
    assert iker.notification(reference).startswith(b"%PDF")
    iker.follow(f"/{reference}/")
    iker.choose("PAD-006", "PAD-006")
    iker.answer({"document_language": "eu", "delivery_channel": "download"})
    iker.press("main form .actions button.btn")
    slip = iker.page.locator('main a.btn[href*="/documents/"]')
    slip.wait_for(timeout=20000)
    csv = (slip.first.get_attribute("href") or "").rstrip("/").rsplit("/", 1)[1]
    with acting_for(town.mundaka.pk):
        resident = Resident.objects.get(identifier="10000003V")
        homes = Inscription.objects.filter(resident=resident).select_related("dwelling__street").order_by("starts_on")
        numbers = [(home.dwelling.number, home.ends_on is None) for home in homes]
        shown = Document.objects.get(csv=csv).context["address"]
        assert Movement.objects.filter(case_reference=reference).count() == 1
        assert CaseFile.objects.get(reference=reference).state == State.CLOSED
    assert numbers == [("7", False), ("12", True)]
    assert "12" in shown and "ESK" in shown

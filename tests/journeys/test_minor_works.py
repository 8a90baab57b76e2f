"""URB-002 in a real browser: a licence for minor works, with everything that may happen on its way."""

from collections.abc import Callable

import pytest

from case_files.constants import Outcome, State
from case_files.models import CaseFile
from core.municipalities.scope import acting_for
from core.municipalities.services.terms import local_today
from registry.constants import BookKind
from registry.models import Entry
from tests.cast import Cast
from tests.journeys.visitor import Citizen, Clerk

ANE = "ane@herritar.example"  # of the demonstration's gateway
YOU = {"you_as": "self", "you_language": "eu", "you_channel": "electronic", "you_email": ANE}
WORKS = {
    "works_address_0": "Intxaurrondo kalea",
    "works_address_1": "5",
    "works_address_2": "2. EZK",
    "works_address_3": "48360",
    "works_address_4": "Mundaka",
    "works_type": ["kitchen", "windows"],
    "works_description": "Sukaldea berritu eta leihoak aldatu.",
    "works_budget": "6.500,00",
    "start_date_0": "1",
    "start_date_1": "3",
    "start_date_2": str(local_today().year + 1),
    "duration_months": "2",
    "affects_structure": "no",
    "scaffolding": "no",
    "container": "yes",
}


def _ask(ane: Citizen) -> str:
    """From the first click to the case file's reference."""
    ane.open("")
    ane.choose("URB-002", "obra txikia")
    ane.be(ANE)
    ane.press("main form button.btn--start")
    ane.answer(YOU)
    while "/documents/" not in ane.page.url:
        ane.answer(WORKS)
    ane.hand_in("file_budget_doc", "aurrekontua.pdf")
    ane.hand_in("file_plan_sketch", "krokisa.pdf")
    ane.answer()
    return ane.send()[1]


def _correct(ane: Citizen, miren: Clerk, reference: str) -> None:
    """The clerk asks for what is missing, and the citizen delivers it in her folder."""
    miren.open(f"admin/case-files/{reference}/")
    miren.follow(f"/{reference}/correct/")
    miren.do({"reasons": ["community"], "other_eu": "Leihoen kolorea zehaztu.", "other_es": "Precise el color."})
    asked = ane.notification(reference)
    assert asked.startswith(b"%PDF") and b"/ByteRange" in asked
    ane.follow(f"/{reference}/")
    ane.fill({"answer_0": "Erantsita doa.", "answer_1": "Zuria."})
    ane.attach("attachments", "akordioa.pdf")
    ane.press("#answer button.btn")


def _handle(miren: Clerk, reference: str) -> None:
    """From the documents that are all right to the decision."""
    miren.open(f"admin/case-files/{reference}/")
    for section in ("documents", "communications", "history", "data"):
        miren.follow(f"?section={section}")
    miren.follow("?section=task")
    miren.do({"note": "Dena dago."})
    miren.do({"amount": "43,20"})
    for report in ("Teknikoki egokia da.", "Legearen araberakoa da."):
        miren.do({"text_eu": report, "text_es": "Es conforme."})
    miren.do({"outcome": "granted", "text_eu": "Ematea proposatzen da.", "text_es": "Se propone conceder."})
    miren.do({"outcome": "granted", "text_eu": "Lizentzia ematen da.", "text_es": "Se concede la licencia."})


def _read_and_verify(ane: Citizen, reference: str) -> None:
    """The citizen opens the decision, and anybody's page says that it is genuine."""
    decision = ane.notification(reference)
    assert decision.startswith(b"%PDF") and b"/ByteRange" in decision
    code = (ane.page.locator('a[href*="/documents/"]').first.get_attribute("href") or "").rstrip("/").rsplit("/", 1)[1]
    ane.follow(f"/{reference}/")
    ane.open("verify/")
    ane.fill({"csv": code})
    ane.press("main form button.btn")
    assert ane.page.locator(".banner--ok").count(), ane.words


@pytest.mark.django_db
@pytest.mark.browser
def test_a_licence_for_minor_works_from_the_first_click_to_its_verified_document(
    town: Cast, citizen: Callable[..., Citizen], clerk: Callable[..., Clerk]
) -> None:
    anybody = citizen(name="works-form")
    reference = _ask(anybody)
    # the pages up to here are looked at in both languages and sizes by the tests of their rooms
    ane = citizen(like=anybody, name="works-citizen", twin=True)
    miren = clerk(name="works-clerk", twin=True)
    _correct(ane, miren, reference)
    _handle(miren, reference)
    _read_and_verify(ane, reference)
    miren.open(f"admin/case-files/{reference}/")
    miren.do({"amount": "325,00"})  # the tax, once the licence is granted
    ane.open("folder/")
    ane.follow(f"/{reference}/")
    with acting_for(town.mundaka.pk):
        file = CaseFile.objects.select_related("unit").get(reference=reference)
        entries = Entry.objects.filter(case_reference=reference).select_related("book").order_by("pk")
        books = [entry.book.kind for entry in entries]
    assert (file.state, file.outcome) == (State.CLOSED, Outcome.GRANTED)
    assert file.unit and file.unit.code == "urban"
    assert books == [BookKind.ENTRY, BookKind.EXIT, BookKind.ENTRY, BookKind.EXIT]

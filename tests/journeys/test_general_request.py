"""REG-001 in a real browser: a citizen asks, the clerk of her town answers, and the citizen opens the answer."""

from collections.abc import Callable

import pytest

from core.municipalities.scope import acting_for
from registry.constants import BookKind
from registry.models import Entry
from tests.cast import Cast
from tests.journeys.visitor import Citizen, Clerk

ANE = "ane@herritar.example"  # of the demonstration's gateway
YOU = {"you_as": "self", "you_language": "eu", "you_channel": "electronic", "you_email": ANE}
ASKED = {
    "subject": "Argiteria",
    "facts": "Kaleko bi farola itzalita daude.",
    "request": "Konpontzea eskatzen dut.",
}


@pytest.mark.django_db
@pytest.mark.browser
def test_a_general_request_is_answered_and_the_answer_opened(
    town: Cast, citizen: Callable[..., Citizen], clerk: Callable[..., Clerk]
) -> None:
    ane, miren = citizen(name="general-citizen"), clerk(name="general-clerk")
    ane.open("folder/")
    ane.be(ANE)
    ane.choose("REG-001", "eskabide orokorra")
    ane.answer(YOU)
    ane.answer(ASKED)
    ane.answer()  # no document
    number, reference = ane.send()
    miren.take(reference)
    miren.do({"outcome": "answered", "text_eu": "Bihar konponduko ditugu."})
    answer = ane.notification(reference)
    assert answer.startswith(b"%PDF") and b"/ByteRange" in answer  # sealed
    ane.follow(f"/{reference}/")
    with acting_for(town.mundaka.pk):
        entries = Entry.objects.filter(case_reference=reference).select_related("book")
        written = {entry.book.kind: str(entry) for entry in entries}
    assert set(written) == {BookKind.ENTRY, BookKind.EXIT} and number in written[BookKind.ENTRY]

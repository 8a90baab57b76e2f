"""The registry in a real browser: a paper is entered at the desk with its scan, found in the day book and read."""

import re
from collections.abc import Callable

import pytest

from core.municipalities.scope import acting_for
from registry.constants import Mode
from registry.models import Entry
from tests.cast import Cast
from tests.journeys.visitor import Clerk

PAPER = {
    "name": "Jon Aldana Goiri",
    "identifier": "00000023T",
    "summary": "Queja por ruido nocturno",
    "text": "Pide que se mida el ruido de la calle.",
    "language": "es",
    "transport": "05",
    "paper": "3",
}


@pytest.mark.django_db
@pytest.mark.browser
def test_a_paper_is_entered_at_the_desk_and_found_in_the_day_book(town: Cast, clerk: Callable[..., Clerk]) -> None:
    miren = clerk(name="registry", twin=True)
    miren.open("admin/")
    miren.follow("/registry/new/E/")
    miren.do({"summary": PAPER["summary"]}, refused=True)  # nobody's name
    miren.fill(PAPER)
    miren.attach("scans", "queja.pdf")
    miren.do()
    number = re.search(r"\d{4}-E-\d{6}", miren.words)
    assert number and "queja.pdf" in miren.words, miren.words
    miren.follow("/label/")
    miren.open(f"admin/registry/?q={number[0]}")
    miren.press(f'main table a:has-text("{number[0]}")')
    miren.do({"kind": "correction", "text": "El nombre de la calle es Intxaurrondo."})
    assert "Intxaurrondo" in miren.words
    miren.open("admin/registry/books/")
    miren.press("main table form button")
    with acting_for(town.mundaka.pk):
        entry = Entry.objects.select_related("book").get(summary=PAPER["summary"])
    assert str(entry) == number[0] and entry.mode == Mode.DESK

"""What the system writes is read in the reader's language, whatever language its author had chosen."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from case_files.constants import Outcome
from case_files.history import said_text
from case_files.models import CaseFile
from case_files.services import close, hand_to_clerk, in_languages, resolve, withdraw
from core.audit.models import AuditRow
from core.audit.services import explain
from core.municipalities.scope import acting_for
from tests.cast import Cast

from .files import TEXT, open_task, opened
from .test_unpaid import owing


def read_in(say: Callable[[], str]) -> tuple[str, str]:
    """What a Basque and a Spanish reader read."""
    read = []
    for language in ("eu", "es"):
        with override(language):
            read.append(say())
    return read[0], read[1]


@pytest.mark.parametrize("acts_in", ["eu", "es"])
def test_the_task_to_declare_a_withdrawal_speaks_the_clerks_language(in_mundaka: Cast, acts_in: str) -> None:
    case_file = opened(in_mundaka)
    with override(acts_in):
        withdraw(case_file=case_file, key="w", actor=in_mundaka.citizen(in_mundaka.ane))
    basque, spanish = read_in(lambda: open_task(case_file).words)
    with override("eu"):
        assert basque == _("The citizen has withdrawn the request: declare it.")
    with override("es"):
        assert spanish == _("The citizen has withdrawn the request: declare it.") != basque


@pytest.mark.parametrize("acts_in", ["eu", "es"])
def test_what_a_machine_leaves_to_a_clerk_is_in_both(in_mundaka: Cast, acts_in: str) -> None:
    case_file = opened(in_mundaka, automatic=True)
    reason = gettext_lazy("No power of the applicant has this number in the register.")
    with override(acts_in):
        hand_to_clerk(case_file=case_file, reason=reason, actor=in_mundaka.citizen(in_mundaka.ane))
    expected = read_in(lambda: str(reason))
    assert expected[0] != expected[1]
    assert read_in(lambda: open_task(case_file).words) == expected
    assert read_in(lambda: said_text(case_file.events.get(code="handed_to_clerk"))) == expected


@pytest.mark.parametrize("acts_in", ["eu", "es"])
def test_why_a_charge_was_cancelled_is_in_both(in_mundaka: Cast, acts_in: str) -> None:
    ends: list[Callable[[CaseFile], Any]] = [
        lambda file: withdraw(case_file=file, key=file.reference, actor=in_mundaka.citizen(in_mundaka.ane)),
        lambda file: resolve(case_file=file, outcome=Outcome.INADMISSIBLE, text=TEXT, actor=in_mundaka.clerk()),
    ]
    files = [owing(in_mundaka), owing(in_mundaka), owing(in_mundaka, "COUN")]
    with override(acts_in):
        ends[0](files[0])
        ends[1](files[1])
        close(case_file=files[2], reason="Ez da etorri", actor=in_mundaka.clerk())
    why = [gettext_lazy("The request was withdrawn."), Outcome.INADMISSIBLE.label]
    why.append(gettext_lazy("The case file was closed without a decision."))
    for file, message in zip(files, why, strict=True):
        row = AuditRow.objects.get(action="payments.cancelled", reason__startswith=file.reference)
        for told, expected in zip(read_in(partial(explain, row)), read_in(partial(str, message)), strict=True):
            assert expected in told


def test_the_page_shows_it_to_each_in_hers(cast: Cast, clerk_client: Client) -> None:
    with acting_for(cast.mundaka.pk), override("es"):
        case_file = opened(cast)
        withdraw(case_file=case_file, key="w", actor=cast.citizen(cast.ane))
        words = open_task(case_file).said
    for language in ("eu", "es"):
        page = clerk_client.get(f"/mundaka/{language}/admin/case-files/{case_file.reference}/").content.decode()
        assert [words[one] in page for one in ("eu", "es")] == [language == "eu", language == "es"]


def test_a_name_that_stands_in_it_is_the_same_in_each() -> None:
    text = in_languages(lambda: _("To be checked by hand: %(names)s.") % {"names": "Ane"})
    assert {"eu", "es", "en"} == text.keys() and len(set(text.values())) == 3
    assert all("Ane" in one for one in text.values())

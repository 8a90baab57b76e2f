"""Procedures that are answered in the same visit, and what happens when nobody can answer."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from case_files.constants import State
from case_files.models import CaseDocument, CaseFile, CaseTask
from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import new_document, save_all
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.notifications.models import OutboxRow
from procedures import automatic
from tests.cast import Cast
from tests.procedures.walking import Walk

Answer = Callable[[CaseFile, Actor], Document]

REFRESH = '<noscript><meta http-equiv="refresh" content="2">'  # while its document is being made


def slip(case_file: CaseFile, actor: Actor) -> Document:
    document = new_document(
        kind=DocumentKind.CERTIFICATE,
        title_eu="Bolantea",
        title_es="Volante",
        template="volante",
        context={},
        language="eu",
        actor=actor,
    )
    save_all([document])
    return document


@pytest.fixture
def answered_by() -> Iterator[Callable[[Answer | None], None]]:
    """Puts a handler in the place of PAD-006's own, or takes it away."""
    before = dict(automatic.answers)

    def put(answer: Answer | None) -> None:
        automatic.answers.pop("PAD-006", None)
        if answer:
            automatic.answers["PAD-006"] = answer

    yield put
    automatic.answers.clear()
    automatic.answers.update(before)


def test_one_page_and_the_document_is_on_its_way(
    online: Cast, citizen_client: Client, answered_by: Callable[[Answer | None], None]
) -> None:
    answered_by(slip)
    walk = Walk(citizen_client, "PAD-006").begin()
    assert walk.at == "1"
    walk.answer().send()
    page = citizen_client.get(walk.url("done")).content.decode()
    assert REFRESH in page
    with acting_for(online.mundaka.pk):
        case_file, document = CaseFile.objects.get(), Document.objects.get(template="volante")
        assert case_file.state == State.CLOSED
        assert not CaseTask.objects.exists()
        assert CaseDocument.objects.filter(document=document, role="output").exists()
        assert OutboxRow.objects.filter(key=f"render:{document.csv}").exists()
        Document.objects.filter(pk=document.pk).update(state="ready")
    page = citizen_client.get(walk.url("done")).content.decode()
    assert REFRESH not in page
    assert f"/documents/{document.csv}/" in page


def test_without_a_handler_a_clerk_answers(
    online: Cast, citizen_client: Client, answered_by: Callable[[Answer | None], None]
) -> None:
    answered_by(None)
    walk = Walk(citizen_client, "PAD-006").begin().answer().send()
    assert walk.at == "done"
    with acting_for(online.mundaka.pk):
        assert CaseFile.objects.get().state == State.OPEN
        assert CaseTask.objects.get().step == "auto_check"


def test_a_handler_may_leave_it_to_a_clerk(
    online: Cast, citizen_client: Client, answered_by: Callable[[Answer | None], None]
) -> None:
    def unsure(case_file: CaseFile, actor: Actor) -> Document:
        raise DomainError("two residents have this number", code="clerk")

    answered_by(unsure)
    assert Walk(citizen_client, "PAD-006").begin().answer().send().at == "done"
    with acting_for(online.mundaka.pk):
        assert CaseTask.objects.get().words == "two residents have this number"


def test_a_refusal_leaves_nothing_but_the_draft(
    online: Cast, citizen_client: Client, answered_by: Callable[[Answer | None], None]
) -> None:
    def refuse(case_file: CaseFile, actor: Actor) -> Document:
        raise DomainError("Ez zaude erroldatuta")

    answered_by(refuse)
    walk = Walk(citizen_client, "PAD-006").begin().answer().send()
    assert walk.at == "check"
    assert "Ez zaude erroldatuta" in citizen_client.get(walk.url("check")).content.decode()
    with acting_for(online.mundaka.pk):
        assert not CaseFile.objects.exists()
        assert not Document.objects.exists()
    assert walk.draft(online).data

"""What the pages of the folder and of the clerks' desk may ask of Postgres, door, session and account included."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from case_files.constants import Outcome
from case_files.models import CaseDocument
from case_files.services import ask_correction, resolve
from core.documents.models import Document
from core.documents.services import render_now
from core.municipalities.scope import acting_for
from core.notifications.models import Notification
from core.notifications.services import make_available
from tests.case_files.files import ITEM, TEXT, opened
from tests.cast import Cast

Asked = Callable[[Client, str], list[str]]


@pytest.fixture
def asked() -> Asked:
    """`asked(client, address)`: the statements of a page whose process is warm."""

    def count(client: Client, address: str) -> list[str]:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200, address
        return [query["sql"] for query in captured]

    return count


@pytest.fixture
def busy(cast: Cast) -> dict[str, str]:
    """Several files of Ane's, one that waits for her, one answered; what an address needs to name them."""
    with acting_for(cast.mundaka.pk):
        for _ in range(4):
            waits = opened(cast)
        ask_correction(case_file=waits, items=ITEM, actor=cast.clerk())
        answered = opened(cast, "REGI", code="REG-001")
        resolve(case_file=answered, outcome=Outcome.ANSWERED, text=TEXT, actor=cast.clerk())
        notification = make_available(Notification.objects.get(reference=answered.reference))
        document = Document.objects.get(template="answer")
        render_now(document)
        CaseDocument.objects.filter(document=document).update(visible=True)
    return {"waits": waits.reference, "notification": str(notification.pk), "csv": document.csv}


CITIZEN = {
    "folder/": 17,  # one of them asks what waits for her signature, in every town
    "folder/files/mundaka/{waits}/": 17,
    "folder/notifications/{notification}/": 7,
    "documents/{csv}/": 8,
}
CLERK = {
    "": 13,  # one of them counts the payments that a clerk has to look at
    "case-files/": 14,
    "case-files/{waits}/": 14,
    "registry/": 10,
}


@pytest.mark.parametrize("page", CITIZEN)
def test_a_citizens_page_keeps_its_budget(
    citizen_client: Client, busy: dict[str, str], asked: Asked, page: str
) -> None:
    statements = asked(citizen_client, f"/mundaka/eu/{page.format(**busy)}")
    assert len(statements) <= CITIZEN[page], "\n".join(statements)


@pytest.mark.parametrize("page", CLERK)
def test_a_clerks_page_keeps_its_budget(clerk_client: Client, busy: dict[str, str], asked: Asked, page: str) -> None:
    statements = asked(clerk_client, f"/mundaka/eu/admin/{page.format(**busy)}")
    assert len(statements) <= CLERK[page], "\n".join(statements)

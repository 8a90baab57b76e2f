"""A signature in a case file: asked for by a clerk, in her folder, and back in the file."""

from typing import Any

import pytest
from django.test import Client

from case_files.constants import Capacity, State
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseParty
from case_files.services import add_document, ask_signature, history_sentence, withdraw
from case_files.services.ending import end_early
from core.documents import rendering
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import new_upload, store
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.notifications.models import Notification
from core.signing.constants import RequestState
from core.signing.models import Signature, SigningRequest
from core.signing.services import ask
from tests.case_files.files import opened, party
from tests.cast import Cast
from tests.signing.conftest import address, made, shown

pytestmark = pytest.mark.django_db
FILES = "/mundaka/eu/admin/case-files"


@pytest.fixture
def filed(cast: Cast) -> CaseFile:
    with acting_for(cast.mundaka.pk):
        return opened(cast)


@pytest.fixture
def contract(cast: Cast, filed: CaseFile) -> Document:
    """A PDF that a clerk uploaded; the parties don't read it yet."""
    with acting_for(cast.mundaka.pk):
        drawn = rendering.render("<html lang=eu><title>Hitzarmena</title><p>Hitzarmena</p></html>", seal=None).pdf
        upload = new_upload(
            kind=DocumentKind.CONTRACT, title="Hitzarmena", stored=store(cast.mundaka.pk, drawn),
            file_name="hitzarmena.pdf", actor=cast.clerk(),
        )  # fmt: skip
        return add_document(case_file=filed, upload=upload, visible=False, actor=cast.clerk())


@pytest.fixture
def asked(clerk_client: Client, cast: Cast, filed: CaseFile, contract: Document) -> SigningRequest:
    """By the clerk's button."""
    page = clerk_client.get(f"{FILES}/{filed.reference}/signature/").content.decode()
    assert "Hitzarmena" in page and "Ane Etxebarria" in page
    with acting_for(cast.mundaka.pk):
        who = CaseParty.objects.get(case_file=filed)
        version = CaseFile.objects.get(pk=filed.pk).version
    given: dict[str, Any] = {
        "seen": version,
        "document": contract.pk,
        "party": who.pk,
        "about": "Ordainketa zatikatzeko",
    }
    answer = clerk_client.post(f"{FILES}/{filed.reference}/signature/", given)
    assert answer.status_code == 302, answer.content.decode()
    with acting_for(cast.mundaka.pk):
        return SigningRequest.objects.select_related("document").get()


def test_it_waits_in_her_folder_and_in_the_file(citizen_client: Client, asked: SigningRequest, filed: CaseFile) -> None:
    for page in ("folder/", f"folder/files/mundaka/{filed.reference}/"):
        said = citizen_client.get(f"/mundaka/eu/{page}").content.decode()
        assert address(asked) in said and "Ordainketa zatikatzeko" in said
    with acting_for(asked.municipality_id or 0):
        assert CaseDocument.objects.get(document=asked.document).visible
        assert Notification.objects.get().email == "ane@example.eus"


def test_once_signed_the_evidence_is_in_the_file_and_both_see_it(
    citizen_client: Client, clerk_client: Client, asked: SigningRequest, filed: CaseFile
) -> None:
    citizen_client.post(address(asked, "demo/"), {"sha256": shown(asked)})
    with acting_for(asked.municipality_id or 0):
        signature = Signature.objects.get()
        assert signature.case_reference == filed.reference
        assert CaseDocument.objects.filter(case_file=filed, document=signature.proof, visible=True).exists()
        (line,) = CaseEvent.objects.filter(case_file=filed, code="signed")
        assert "Hitzarmena" in history_sentence(line)
        # 1: as uploaded, 2: sealed by the town, 3: signed by her
        assert signature.signed_version and signature.signed_version.number == 3
    assert address(asked) not in citizen_client.get("/mundaka/eu/folder/").content.decode()
    said = clerk_client.get(f"{FILES}/{filed.reference}/?section=documents").content.decode()
    assert "Sinatuta" in said and signature.sha256 in said


def test_a_clerk_stops_asking_and_says_why(
    citizen_client: Client, clerk_client: Client, asked: SigningRequest, filed: CaseFile
) -> None:
    where = f"{FILES}/{filed.reference}/signing/{asked.slug}/cancel/"
    clerk_client.post(where, {"reason": ""})
    with acting_for(asked.municipality_id or 0):
        assert SigningRequest.objects.get().state == RequestState.OPEN
    clerk_client.post(where, {"reason": "Oker dago"})
    with acting_for(asked.municipality_id or 0):
        assert SigningRequest.objects.get().state == RequestState.CANCELLED
        assert CaseEvent.objects.filter(case_file=filed, code="signature_cancelled").exists()
    assert "Oker dago" in citizen_client.get(address(asked)).content.decode()


def test_that_she_declined_stands_in_the_file(citizen_client: Client, asked: SigningRequest, filed: CaseFile) -> None:
    citizen_client.post(address(asked, "decline/"), {"reason": "Ez nago ados"})
    with acting_for(asked.municipality_id or 0):
        (line,) = CaseEvent.objects.filter(case_file=filed, code="signature_declined")
        assert line.params["text"] == "Ez nago ados"


def test_a_document_of_another_file_and_a_party_nobody_knows_are_refused(
    cast: Cast, filed: CaseFile, contract: Document
) -> None:
    with acting_for(cast.mundaka.pk):
        other = opened(cast)
        who = CaseParty.objects.get(case_file=other)
        with pytest.raises(DomainError) as refusal:
            ask_signature(case_file=other, document=contract, party=who, actor=cast.clerk())
        assert refusal.value.field == "document"
        stranger = party(cast.jon, person=None, case_file=filed)
        stranger.save()
        for wrong in (stranger, who):
            with pytest.raises(DomainError) as refusal:
                ask_signature(case_file=filed, document=contract, party=wrong, actor=cast.clerk())
            assert refusal.value.field == "party"


def test_whoever_withdraws_alone_is_not_asked_any_more(asked: SigningRequest, cast: Cast, filed: CaseFile) -> None:
    with acting_for(cast.mundaka.pk):
        jon = party(cast.jon, capacity=Capacity.CO_APPLICANT, identifier="87654321X", case_file=filed)
        jon.save()
        his = ask_signature(case_file=filed, document=asked.document, party=jon, actor=cast.clerk())
        withdraw(case_file=filed, key="w" * 32, actor=cast.citizen(cast.ane))
        states = dict(SigningRequest.objects.values_list("pk", "state"))
        assert states == {asked.pk: RequestState.CANCELLED, his.pk: RequestState.OPEN}
        assert CaseEvent.objects.filter(case_file=filed, code="signature_cancelled").count() == 1
        ane = CaseParty.objects.get(case_file=filed, person=cast.ane.person)
        with pytest.raises(DomainError) as refusal:
            ask_signature(case_file=filed, document=asked.document, party=ane, actor=cast.clerk())
        assert refusal.value.field == "party"


def test_a_file_that_ends_early_asks_for_no_signature(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        filed = opened(cast)
        request = ask(
            document=made(cast.clerk()), person=cast.ane.person, name="Ane", case_reference=filed.reference,
            actor=cast.clerk(),
        )  # fmt: skip
        end_early(filed, State.CLOSED, actor=cast.clerk())
        assert SigningRequest.objects.get(pk=request.pk).state == RequestState.CANCELLED

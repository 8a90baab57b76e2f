"""The documents' step: what is looked up and may be objected to, and what is used again from the folder."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from case_files.constants import TaskState
from case_files.models import CaseDocument, CaseFile, CaseTask
from case_files.services.looking_up import settle, unanswered
from core.audit.constants import Level
from core.documents.models import Document, DocumentVersion
from core.interoperability.models import Consent, DataLookup, Objection
from core.interoperability.services import object_to
from core.municipalities.scope import acting_for
from core.notifications.services import run_due
from registry.models import Entry
from tests.cast import Cast
from tests.procedures.answers import YOU, samples
from tests.procedures.walking import PDF, Walk, errors

Browser = Callable[..., Client]


def to_documents(walk: Walk) -> Walk:
    while walk.at not in ("documents", "check"):
        walk.post(walk.at, YOU if walk.at == "you" else samples(walk.definition.form.on_page(int(walk.at))))
    return walk


@pytest.fixture
def at_documents(online: Cast, browser: Browser) -> Walk:
    """Ane with her certificate, where the exemption of the car tax asks for its documents."""
    return to_documents(Walk(browser(online.ane, level=Level.CERTIFICATE), "VEH-002").begin())


def upload(code: str, name: str = "a.pdf") -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {f"file_{code}": SimpleUploadedFile(name, PDF + code.encode())}


def test_what_is_looked_up_is_named_and_an_objection_needs_a_reason(online: Cast, at_documents: Walk) -> None:
    walk = at_documents
    page = walk.client.get(walk.url("documents")).content.decode()
    assert 'value="vehicle_permit"' in page and "file_vehicle_permit" not in page
    response = walk.post("documents", {"objects_to": "vehicle_permit", "objection_reason": " "})
    assert "objection_reason" in errors(response)
    assert walk.draft(online).data.get("documents") in (None, {})


def test_what_she_objects_to_becomes_a_document_to_bring_and_is_never_looked_up(
    online: Cast, at_documents: Walk
) -> None:
    walk = at_documents
    objecting = {"objects_to": "vehicle_permit", "objection_reason": "Nahiago dut", "consents_to": "disability_cert"}
    walk.post("documents", objecting | upload("responsible_decl"))
    assert walk.at == "documents" and "file_vehicle_permit" in walk.client.get(walk.url("documents")).content.decode()
    assert "file_vehicle_permit" in errors(walk.post("documents", objecting))
    walk.post("documents", objecting | upload("vehicle_permit"))
    assert walk.at == "check"
    walk.send()
    with acting_for(online.mundaka.pk):
        case_file = CaseFile.objects.get()
        (objected,) = [one for one in case_file.form["looked_up"] if "objection" in one]
        assert (objected["code"], objected["objection"]) == ("vehicle_permit", "Nahiago dut")
        assert CaseDocument.objects.filter(case_file=case_file, type_code="vehicle_permit").exists()


def test_without_her_consent_she_brings_it_and_nobody_is_asked(online: Cast, at_documents: Walk) -> None:
    walk = at_documents
    form = walk.client.get(walk.url("documents")).context["form"]
    assert form["consents_to"].value() == [] and "file_disability_cert" in form.fields
    assert "disability_cert" not in dict(form.fields["objects_to"].choices)
    declared = {"objection_reason": ""} | upload("responsible_decl")
    assert "file_disability_cert" in errors(walk.post("documents", declared))
    walk.post("documents", {"objection_reason": ""} | upload("disability_cert"))
    assert walk.at == "check"
    walk.send()
    with acting_for(online.mundaka.pk):
        case_file = CaseFile.objects.get()
        assert "disability_cert" not in {one["code"] for one in case_file.form["looked_up"]}
        reach(case_file, "interop_check")
        run_due(online.mundaka.pk)
        assert not DataLookup.objects.exists() and not Consent.objects.exists()


def test_her_consent_is_kept_with_its_words_moment_and_session_and_ends_when_she_says(
    online: Cast, filed: CaseFile, at_documents: Walk
) -> None:
    with acting_for(online.mundaka.pk):
        (given,) = Consent.objects.all()
        assert (given.person_id, given.kind, given.case_reference) == (
            online.ane.person_id,
            "disability",
            filed.reference,
        )
        assert "Desgaitasun" in given.text and given.version and given.evidence["level"] == Level.CERTIFICATE
        assert given.given_at <= filed.opened_at
    page = at_documents.client.get("/mundaka/eu/folder/looked-up/").content.decode()
    assert given.text in page
    answer = at_documents.client.post("/mundaka/eu/folder/looked-up/", {"consent": given.pk})
    assert answer.status_code == 302
    with acting_for(online.mundaka.pk):
        assert Consent.objects.get().until
        run_due(online.mundaka.pk)
        (row,) = DataLookup.objects.all()
        assert (row.kind, row.state) == ("disability", "failed")
        assert "disability_cert" in unanswered(filed)


def test_a_consent_unticked_again_asks_for_the_document(online: Cast, at_documents: Walk) -> None:
    walk, declared = at_documents, {"objection_reason": ""} | upload("responsible_decl")
    walk.post("documents", declared | {"consents_to": "disability_cert"})
    assert walk.at == "check"
    assert "documents/?object=1" in walk.client.get(walk.url("check")).content.decode()
    walk.post("documents", {"objection_reason": ""})
    assert walk.at == "documents" and "disability_cert" in str(errors(walk.post("documents", {"objection_reason": ""})))


def test_whoever_acts_for_another_consents_to_nothing_for_her(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.ane, level=Level.CERTIFICATE), "VEH-002").begin()
    walk.post("you", {**YOU, "you_as": "other"})
    walk.post("represented", {"represented_name": "Jon Aldana", "represented_identifier": "00000023T"})
    form = to_documents(walk).client.get(walk.url("documents")).context["form"]
    assert "consents_to" not in form.fields and "file_disability_cert" in form.fields


def test_without_a_documents_step_the_check_page_leads_to_the_objection(online: Cast, browser: Browser) -> None:
    walk = to_documents(Walk(browser(online.ane, level=Level.CERTIFICATE), "PAD-012").begin())
    assert walk.at == "check"
    assert "documents/?object=1" in walk.client.get(walk.url("check")).content.decode()
    url = walk.url("documents") + "?object=1"
    walk.response = walk.client.post(url, {"go_on": "1", "objection_reason": ""})
    assert walk.at == "check"
    walk.response = walk.client.post(url, {"go_on": "1", "objects_to": "id", "objection_reason": "Bai"})
    assert walk.at == "documents" and "file_id" in walk.client.get(walk.url("documents")).content.decode()


def test_an_objection_in_general_is_ticked_beforehand(online: Cast, browser: Browser) -> None:
    with acting_for(online.mundaka.pk):
        object_to(person_id=online.ane.person_id, kind="identity", reason="Betiko", actor=online.citizen(online.ane))
    walk = to_documents(Walk(browser(online.ane, level=Level.CERTIFICATE), "PAD-012").begin())
    form = walk.client.get(walk.url("documents") + "?object=1").context["form"]
    assert form["objects_to"].value() == ["id"] and form["objection_reason"].value() == "Betiko"


def reach(case_file: CaseFile, step: str) -> None:
    """Walk the file to a step, as clerks would."""
    from case_files.models import CaseEvent
    from case_files.services.engine import WALK_FIELDS, advance, end_task
    from case_files.services.workflow import mark
    from core.audit.services import SYSTEM
    from core.municipalities.services import terms

    for task in CaseTask.objects.filter(case_file=case_file, state=TaskState.OPEN):
        end_task(task, actor=SYSTEM)
    for one in case_file.workflow:
        if one["code"] == step:
            break
        mark(one, "done", terms.local_today())
    events = advance(case_file, actor=SYSTEM)
    case_file.save(update_fields=WALK_FIELDS)
    CaseEvent.objects.bulk_create(events)


@pytest.fixture
def filed(online: Cast, at_documents: Walk) -> CaseFile:
    consenting = {"objection_reason": "", "consents_to": "disability_cert"}
    at_documents.post("documents", consenting | upload("responsible_decl"))
    at_documents.send()
    with acting_for(online.mundaka.pk):
        case_file: CaseFile = CaseFile.objects.get()
        reach(case_file, "interop_check")
    return case_file


def test_a_worker_looks_up_and_says_what_is_left_to_the_clerk(online: Cast, filed: CaseFile) -> None:
    with acting_for(online.mundaka.pk):
        run_due(online.mundaka.pk)
        task = CaseTask.objects.get(case_file=filed, state=TaskState.OPEN)
        assert task.step == "interop_check" and "Zirkulazio-baimena" in task.words and "Desgaitasun" not in task.words
        (row,) = DataLookup.objects.all()
        assert (row.kind, row.state, row.holds, row.case_reference) == ("disability", "answered", True, filed.reference)


def test_when_everything_is_found_the_step_is_done_by_itself(online: Cast, filed: CaseFile) -> None:
    with acting_for(online.mundaka.pk):
        filed.form["looked_up"] = [one for one in filed.form["looked_up"] if one["code"] == "disability_cert"]
        filed.save(update_fields=["form"])
        run_due(online.mundaka.pk)
        filed.refresh_from_db()
        assert filed.step == "tax_report"


def test_a_look_up_without_answer_is_ready_to_be_asked_of_the_citizen(online: Cast, filed: CaseFile) -> None:
    with acting_for(online.mundaka.pk):
        run_due(online.mundaka.pk)
        DataLookup.objects.update(state="failed", holds=None)
        settle(filed, "interop_check")
        assert "Desgaitasun" in CaseTask.objects.get(case_file=filed, state=TaskState.OPEN).words
        assert set(unanswered(filed)) == {"disability_cert"}
        with translation.override("es"):
            from case_files.forms import CorrectionForm

            form = CorrectionForm(
                {"seen": filed.version, "reasons": ["document:disability_cert"]}, case_file=filed, task=None
            )
            assert form.initial["reasons"] == ["document:disability_cert"] and form.is_valid()
            (item,) = form.items
        assert item["document_type"] == "disability_cert" and "discapacidad" in item["text_es"]


def test_a_clerk_who_went_on_leaves_the_worker_no_reason_to_look(online: Cast, filed: CaseFile) -> None:
    from case_files.services import complete_task

    with acting_for(online.mundaka.pk):
        complete_task(task=CaseTask.objects.get(case_file=filed, state=TaskState.OPEN), actor=online.clerk())
        run_due(online.mundaka.pk)
        assert not DataLookup.objects.exists()


def test_the_clerk_sees_what_was_looked_up_where_and_when(online: Cast, filed: CaseFile, clerk_client: Client) -> None:
    with acting_for(online.mundaka.pk):
        run_due(online.mundaka.pk)
    page = clerk_client.get(f"/mundaka/es/admin/case-files/{filed.reference}/", follow=True).content.decode()
    assert "el certificado de discapacidad" in page and "9.2.a" in page


def test_the_right_to_object_granted_is_kept_for_the_person_and_the_town(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.ane, level=Level.CERTIFICATE), "DAT-003").begin()
    walk.answer(services_opposed=["disability", "tax"], procedure_code="")
    walk.send()
    with acting_for(online.mundaka.pk):
        case_file = CaseFile.objects.get()
        case_file.outcome = "granted"
        reach(case_file, "record_objection")
        kinds = set(Objection.objects.filter(person=online.ane.person).values_list("kind", flat=True))
        assert kinds == {"disability", "tax", "income"} and case_file.step != "record_objection"


def test_a_document_of_her_folder_is_used_again_without_a_copy(online: Cast, at_documents: Walk) -> None:
    walk = at_documents
    walk.post("documents", {"objection_reason": "", "consents_to": "disability_cert"} | upload("responsible_decl"))
    walk.send()
    again = to_documents(Walk(walk.client, "REG-001").begin())
    with acting_for(online.mundaka.pk):
        mine = CaseDocument.objects.get(type_code="responsible_decl").document
        before = DocumentVersion.objects.count()
    assert f'value="{mine.pk}"' in again.client.get(again.url("documents")).content.decode()
    again.post("documents", {"reuse_attachments": str(mine.pk)})
    assert again.at == "check"
    again.send()
    with acting_for(online.mundaka.pk):
        assert DocumentVersion.objects.filter(document__from_citizen=True).count() == before
        assert CaseDocument.objects.filter(document=mine).count() == 2
        entry = Entry.objects.latest("pk")
        assert [one["document"] for one in entry.attachments] == [mine.csv]


def test_nobody_elses_document_can_be_used(online: Cast, at_documents: Walk, browser: Browser) -> None:
    walk = at_documents
    walk.post("documents", {"objection_reason": "", "consents_to": "disability_cert"} | upload("responsible_decl"))
    walk.send()
    with acting_for(online.mundaka.pk):
        hers = CaseDocument.objects.get(type_code="responsible_decl").document_id
        anything = Document.objects.latest("pk").pk
    other = to_documents(Walk(browser(online.jon), "REG-001").begin())
    for pk in (hers, anything, 999999):
        response = other.post("documents", {"reuse_attachments": str(pk)})
        assert response.status_code == 200 and other.draft(online).attachments == []

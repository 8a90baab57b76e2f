"""The wizard, from the first page to the number, and what goes wrong on the way."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from case_files.models import CaseDocument, CaseFile, CaseParty
from core.documents.models import Document
from core.municipalities.scope import acting_for
from core.notifications.models import OutboxRow
from procedures.catalogue import Form, FormField
from procedures.constants import DraftState
from procedures.models import Draft
from registry.models import Entry
from tests.cast import Cast
from tests.procedures.answers import REPRESENTED, YOU, samples
from tests.procedures.walking import Walk, errors

Browser = Callable[..., Client]


def test_a_general_request_gets_its_number_its_file_and_its_receipt(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin().answer().send()
    done = walk.client.get(walk.response["Location"])
    assert done.status_code == 200
    with acting_for(online.mundaka.pk):
        entry, case_file, draft = Entry.objects.get(), CaseFile.objects.get(), Draft.objects.get()
        assert draft.state == DraftState.SUBMITTED
        assert (draft.data, draft.attachments) == ({}, [])
        assert entry.case_reference == case_file.reference
        assert entry.party["name"] == "Jon Aldana Goiri"
        assert entry.content["answers"]["subject"] == "Zerbait"
        assert case_file.data["facts"] == "Lerro bat\neta beste bat."
        assert case_file.unit and case_file.unit.code == "urban"  # the department that was chosen
        party = CaseParty.objects.get()
        assert (party.person_id, party.email, party.language) == (online.jon.person_id, "jon@example.eus", "eu")
        receipt = Document.objects.get(template="receipt")
        assert receipt.context["number"] == entry.reference
        assert receipt.context["reference"] == case_file.reference
        assert set(CaseDocument.objects.values_list("role", flat=True)) == {"receipt", "application"}
        assert OutboxRow.objects.filter(kind="documents.render").count() == 2
        assert OutboxRow.objects.filter(kind="procedures.arrived").count() == 1
    assert entry.reference in done.content.decode()
    assert receipt.csv in done.content.decode()


def test_a_double_click_and_a_second_tab_enter_it_once(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin().answer()
    first, second = walk.send().response["Location"], walk.send().response["Location"]
    assert first == second
    assert walk.client.get(walk.url("1"))["Location"] == first
    assert walk.post("1", {"subject": "Beste bat"})["Location"] == first
    with acting_for(online.mundaka.pk):
        assert Entry.objects.count() == CaseFile.objects.count() == 1


def test_beginning_again_goes_on_with_the_open_draft(online: Cast, browser: Browser) -> None:
    client = browser(online.jon)
    first = Walk(client, "REG-001").begin()
    first.post("you", {"you_name": "Jon"})
    again = Walk(client, "REG-001").begin()
    assert again.slug == first.slug
    page = client.get(again.response["Location"])
    assert "Jon" in page.content.decode()
    other = Walk(client, "REG-001").begin(another="1")
    assert other.slug != first.slug
    with acting_for(online.mundaka.pk):
        assert Draft.objects.filter(state=DraftState.OPEN).count() == 2


def test_what_is_wrong_is_kept_and_shown_again(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin()
    response = walk.post("you", {"you_name": "Jon", "you_identifier": "12345678A", "you_email": "jon"})
    assert response.status_code == 200
    wrong = errors(response)
    assert set(wrong) == {"you_identifier", "you_email", "you_as", "you_language", "you_channel"}
    assert wrong["you_identifier"][0].startswith("«Zure IFZ")
    page = walk.client.get(walk.url("you")).content.decode()
    assert 'value="12345678A"' in page
    assert "<title>Errorea:" in " ".join(page.split())


def test_each_step_says_which_of_how_many_it_is(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "URB-002").begin()
    page = walk.client.get(walk.response["Location"]).content.decode()
    assert "1. urratsa, 5 urratsetatik: Zure datuak" in page


def test_sending_with_something_missing_leads_to_it(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin().answer()
    with acting_for(online.mundaka.pk):
        draft = Draft.objects.get()
        draft.data = {**draft.data, "1": {**draft.data["1"], "subject": [""]}}
        draft.save()
    walk.send()
    assert walk.at == "1"
    with acting_for(online.mundaka.pk):
        assert not Entry.objects.exists()
        assert not CaseFile.objects.exists()


def test_anonymous_reports_need_no_account_and_open_only_with_their_token(online: Cast) -> None:
    walk = Walk(Client(), "VIA-010").begin().answer()
    stranger = Client()
    assert stranger.get(walk.url("check")).status_code == 404
    walk.send()
    done = walk.client.get(walk.response["Location"])
    assert done.status_code == 200
    with acting_for(online.mundaka.pk):
        assert CaseFile.objects.get().reference in done.content.decode()
        assert not Entry.objects.exists()  # its workflow has no entry in the book


def test_who_lost_the_token_is_told_so_and_not_to_sign_in(online: Cast, browser: Browser) -> None:
    walk = Walk(Client(), "VIA-010").begin()
    for lost in (Client(), browser(online.ane)):
        page = lost.post(walk.url("1"), {"description": "Zuloa"})
        assert page.status_code == 404
        text = page.content.decode()
        assert "Konturik gabe hasi zen" in text and "Bidali berri duzuna ez da gorde" in text
        assert walk.definition.names["eu"] not in text


def test_nobody_opens_anothers_draft_nor_another_towns(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin()
    assert browser(online.ane).get(walk.url("you")).status_code == 404
    assert browser(online.jon).get(walk.url("you").replace("mundaka", "balmaseda")).status_code == 404
    assert browser(online.jon).get(walk.url("you").replace(walk.slug, "forged")).status_code == 404


def test_a_session_that_ends_in_the_middle_loses_nothing(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin()
    ended = Client()
    typed = {"subject": "Idatzita neukan", "facts": "Gertaera luzeak"}
    answer = ended.post(walk.url("you"), {"you_name": "Jon Aldana", "go_on": "1"} | typed)
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]
    # she signs in, in that same browser
    from tests.clients import sign_in

    assert ended.session["parked_step"]["sent"]["you_name"] == ["Jon Aldana"]
    sign_in(ended, online.jon)
    page = ended.get(walk.url("you"))
    assert 'value="Jon Aldana"' in page.content.decode()
    assert walk.draft(online).data["you"]["you_name"] == ["Jon Aldana"]
    assert "parked_step" not in ended.session


def test_a_company_needs_a_certificate_whatever_the_procedure_says(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin().answer(you_as="company")
    page = walk.client.get(walk.url("check")).content.decode()
    assert "ziurtagiri" in page
    assert walk.send().at == "check"
    with acting_for(online.mundaka.pk):
        assert not CaseFile.objects.exists()


ENTITY = "B-95000006"
AT_ONCE = ("URB-004", "VEH-001", "TRI-002", "TRI-003", "EUS-004")


@pytest.mark.parametrize(("language", "said"), [("eu", "erakunde"), ("es", "entidad"), ("en", "entity")])
def test_a_company_files_neither_as_a_person_nor_behind_one(
    online: Cast, browser: Browser, language: str, said: str
) -> None:
    jon = browser(online.jon)
    walk = Walk(jon, "REG-001", language=language).begin()
    refused = walk.post("you", {**YOU, "you_name": "Arotz SL", "you_identifier": ENTITY})
    assert refused.status_code == 200 and said in errors(refused)["you_identifier"][0]
    walk.post("you", {**YOU, "you_as": "other"})
    written = {"represented_name": "Arotz SL", "represented_identifier": f"ES{ENTITY}"}
    refused = walk.post("represented", written)
    assert refused.status_code == 200 and said in errors(refused)["represented_identifier"][0]
    assert walk.post("represented", REPRESENTED["other"]).status_code == 302
    only_persons = Walk(jon, "PAD-006", language=language).begin()
    refused = only_persons.post("you", {**YOU, "you_identifier": ENTITY})
    assert said in errors(refused)["you_identifier"][0]


@pytest.mark.parametrize("code", AT_ONCE)
def test_what_is_answered_at_once_asks_a_company_for_its_certificate_too(
    online: Cast, browser: Browser, code: str
) -> None:
    jon = browser(online.jon)
    walk = Walk(jon, code).begin()
    assert "you_identifier" in errors(walk.post("you", {**YOU, "you_identifier": ENTITY}))
    walk.post("you", {**YOU, "you_as": "company"})
    assert walk.answer(you_as="company").send().at == "check"
    with acting_for(online.mundaka.pk):
        assert not CaseFile.objects.exists()


def test_a_representative_is_a_party_beside_the_one_she_acts_for(online: Cast, citizen_client: Client) -> None:
    walk = Walk(citizen_client, "REG-001").begin().answer(you_as="company").send()
    assert walk.at == "done"
    with acting_for(online.mundaka.pk):
        applicant, agent = CaseParty.objects.order_by("pk")
        assert (applicant.name, applicant.identifier, applicant.person_id) == ("Arotz SL", "B95000006", None)
        assert (agent.capacity, agent.person_id, agent.represents) == (
            "representative",
            online.ane.person_id,
            applicant,
        )
        assert agent.identifier == "12345678Z"  # proved, not typed
        assert Entry.objects.get().party["representative"]["name"] == str(online.ane.person)


def test_a_certificate_procedure_is_not_sent_with_an_account_alone(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "PAD-003").begin().answer()
    assert walk.send().at == "check"
    with acting_for(online.mundaka.pk):
        assert not Entry.objects.exists()
        assert walk.draft(online).data  # and nothing is lost


def test_a_visitor_without_account_is_sent_to_sign_in_and_back(online: Cast) -> None:
    response = Client().post("/mundaka/eu/procedures/REG-001/start/")
    assert response["Location"] == "/mundaka/eu/account/login/?next=/mundaka/eu/procedures/REG-001/start/"


def test_a_procedure_that_the_town_has_not_switched_on_has_no_page(catalogue: None, cast: Cast) -> None:
    assert Client().get("/mundaka/eu/procedures/REG-001/start/").status_code == 404


def test_more_persons_are_added_without_javascript(online: Cast, citizen_client: Client) -> None:
    walk = Walk(citizen_client, "PAD-003").begin()
    walk.post("you", {"you_as": "self", "you_email": "a@b.eus", "you_language": "eu", "you_channel": "electronic"})
    step = next(str(field.page) for field in walk.definition.form.fields if field.name == "registrants")
    data = {"registrants_count": "1", "registrants_0_name": "Miren", "add_row": "registrants"}
    page = walk.client.post(walk.url(step), data).content.decode()
    assert 'name="registrants_1_name"' in page
    assert 'value="Miren"' in page
    assert "errsum" not in page


def test_a_discarded_draft_is_emptied(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin().answer()
    assert walk.client.post(walk.url("discard")).status_code == 200
    assert walk.client.post(walk.url("discard"), {"yes": "1"}).status_code == 302
    draft = walk.draft(online)
    assert (draft.state, draft.data) == (DraftState.DISCARDED, {})
    assert walk.client.get(walk.url("you")).status_code == 302


def test_drafts_are_let_go_after_ninety_days(online: Cast, browser: Browser) -> None:
    from datetime import date

    from procedures.services import expire_drafts

    walk = Walk(browser(online.jon), "REG-001").begin().answer()
    with acting_for(online.mundaka.pk):
        Draft.objects.update(expires_on=date(2020, 1, 1))
        assert expire_drafts() == 1
    assert walk.draft(online).data == {}
    assert "drafts" in walk.client.get(walk.url("you"))["Location"]
    assert walk.client.get(walk.url("").replace("//", "/")).status_code == 200


def test_a_new_version_of_the_form_leaves_the_draft_as_it_was(online: Cast, browser: Browser) -> None:
    from procedures.catalogue import publish_forms
    from procedures.models import Procedure, ProcedureField

    walk = Walk(browser(online.jon), "REG-001").begin().answer()
    procedure = Procedure.objects.get(code="REG-001")
    ProcedureField.objects.create(
        procedure=procedure, name="brand_new", type="text", required=True, position=99, label_eu="Berria", hint_eu=""
    )
    publish_forms([procedure.pk])
    assert walk.send().at == "done"
    fresh = Walk(browser(online.ane), "REG-001").begin()
    assert "brand_new" in [field.name for field in fresh.definition.form.fields]
    with acting_for(online.mundaka.pk):
        versions = set(Draft.objects.values_list("form_version", flat=True))
    assert len(versions) == 2


def test_an_answer_may_make_another_question_of_its_page_appear(online: Cast, browser: Browser) -> None:
    from procedures.catalogue import publish_forms
    from procedures.models import ProcedureField

    asked = ProcedureField.objects.get(procedure__code="REG-001", name="related_file_number")
    asked.condition, asked.required = {"field": "target_department", "equals": ["other"]}, True
    asked.save()
    publish_forms([asked.procedure_id])
    walk = Walk(browser(online.jon), "REG-001").begin()
    walk.post("you", YOU)
    assert 'name="related_file_number"' in inert(walk.client.get(walk.url("1")))
    answers = samples(walk.definition.form.on_page(1)) | {"target_department": "other"}
    number = answers.pop("related_file_number")
    revealed = walk.post("1", answers)
    assert (revealed.status_code, errors(revealed)) == (200, {})
    assert "galdera gehiago daude" in revealed.content.decode()
    assert "1" not in walk.draft(online).done_steps
    assert 'name="related_file_number"' not in inert(revealed)
    assert 'name="related_file_number"' in walk.client.get(walk.url("1")).content.decode()
    # now she has seen it: leaving it empty is an error, and answering it goes on
    assert set(errors(walk.post("1", answers | {"shown": "related_file_number"}))) == {"related_file_number"}
    walk.post("1", answers | {"related_file_number": number})
    assert walk.at == "documents"
    # the answer changes: what was written there is neither asked nor kept, even where it is sent
    walk.post("1", answers | {"target_department": "tax", "related_file_number": number, "shown": "x"})
    assert walk.at == "documents"
    assert "related_file_number" not in walk.draft(online).data["1"]


def inert(response: Any) -> str:
    """What stands in the page's templates, which a browser without JavaScript neither shows nor sends."""
    return "".join(re.findall(r"<template.*?</template>", response.content.decode(), re.DOTALL))


def test_a_question_that_may_stay_empty_is_shown_once_before_going_on(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "IGU-001").begin()
    while walk.at != "1":
        walk.post(walk.at, YOU)
    answers = samples(walk.definition.form.on_page(1)) | {"safe_contact_channel": "phone"}
    number = answers.pop("phone_contact")
    assert walk.post("1", answers).status_code == 200
    assert walk.post("1", answers | {"shown": "phone_contact"}).status_code == 302
    # the telephone of somebody in danger: gone from the draft when she asks to be written to
    walk.post("1", answers | {"phone_contact": number})
    assert walk.draft(online).data["1"]["phone_contact"] == [number]
    walk.post("1", answers | {"safe_contact_channel": "email", "phone_contact": number})
    assert "phone_contact" not in walk.draft(online).data["1"]


def test_another_answer_empties_what_hung_on_it_on_a_later_page(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "URB-001").begin().answer()
    right = samples(walk.definition.form.on_page(1))
    assert walk.draft(online).data["2"]["dwellings_number"]
    walk.post("1", right | {"works_type": "structural_reform"})
    draft = walk.draft(online)
    assert "dwellings_number" not in draft.data["2"]
    assert "2" in draft.done_steps  # nothing is missing there


def test_what_hangs_on_a_question_that_is_not_asked_is_not_asked_either() -> None:
    def question(name: str, **condition: Any) -> FormField:
        return FormField(name, "text", True, 1, {"eu": name}, {}, [], "", condition)

    first, second = question("a"), question("b", field="a", equals=["yes"])
    form = Form(1, "", (first, second, question("c", field="b", equals=["yes"])), ())
    names = [[one.name for one in form.asked({"a": a, "b": "yes"})] for a in ("yes", "no")]
    assert names == [["a", "b", "c"], ["a"]]


def test_an_address_begins_with_the_town_itself(online: Cast, citizen_client: Client) -> None:
    walk = Walk(citizen_client, "PAD-003").begin()
    page = citizen_client.get(walk.url("1")).content.decode()
    assert 'name="current_address_4" value="Mundaka"' in " ".join(page.split())


def test_what_another_window_saved_is_not_overwritten_without_a_word(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin()
    walk.post("you", YOU)
    right = samples(walk.definition.form.on_page(1))

    def opened() -> dict[str, str]:
        found = re.search(r'name="seen" value="(\w+)"', walk.client.get(walk.url("1")).content.decode())
        assert found
        return {"seen": found[1]}

    one, other = opened(), opened()
    assert walk.post("1", {**right, "subject": "Lehen leihoa", **one}).status_code == 302
    assert walk.post("1", {**right, "subject": "Lehen leihoa", **one}).status_code == 302  # pressed twice
    page = walk.post("1", {**right, "subject": "Bigarren leihoa", "later": "1", **other})
    text = page.content.decode()
    assert page.status_code == 200 and "ez da gorde" in text
    assert "<dd>Lehen leihoa</dd>" in text and 'value="Bigarren leihoa"' in text
    assert walk.draft(online).data["1"]["subject"] == ["Lehen leihoa"]
    assert walk.post("1", {**right, "subject": "Bigarren leihoa", "seen": page.context["seen"]}).status_code == 302
    assert walk.draft(online).data["1"]["subject"] == ["Bigarren leihoa"]

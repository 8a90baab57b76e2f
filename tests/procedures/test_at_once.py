"""What is answered in the same visit of what lower rooms hold: how she is written to, codes, charges."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from case_files.constants import State
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseParty, CaseTask
from core.audit.constants import Level
from core.documents.contexts import missing_keys
from core.documents.models import Document
from core.documents.services import render_now, verify
from core.municipalities.scope import acting_for
from core.notifications.constants import NotificationState
from core.notifications.models import Notification, Preference
from core.notifications.services import notify
from core.payments.constants import AttemptState, ChargeState, MessageKind
from core.payments.gateways import Verdict
from core.payments.models import Charge, PaymentAttempt
from core.payments.services import charge, forget_tariffs, load_tariffs
from core.payments.services.crediting import apply_verdict
from tests.cast import Cast
from tests.payments.conftest import now_at
from tests.procedures.walking import Walk

Browser = Callable[..., Client]


def sent(client: Client, code: str, **changes: Any) -> Walk:
    walk = Walk(client, code).begin().answer(**changes).send()
    assert walk.at == "done", walk.response
    return walk


def answer_of(cast: Cast, code: str) -> tuple[CaseFile, Document]:
    """The closed file and the document that answered it, rendered and sealed."""
    with acting_for(cast.mundaka.pk):
        case_file = CaseFile.objects.get(procedure_code=code)
        assert case_file.state == State.CLOSED, CaseTask.objects.get(case_file=case_file).words
        document = CaseDocument.objects.get(case_file=case_file, role="output").document
        assert missing_keys(document.template, document.context) == []
        assert render_now(document).sealed_at
        return case_file, document


def handed(cast: Cast, code: str) -> str:
    with acting_for(cast.mundaka.pk):
        return str(CaseTask.objects.get(case_file__procedure_code=code, state="open").words)


def lines(document: Document) -> str:
    return str([line["value"] for line in document.context["lines"]])


PAPER = {f"postal_address_{at}": text for at, text in enumerate(("Kurtzio", "4", "1", "48360", "Mundaka"))}


def test_paper_is_chosen_for_what_is_open_and_for_what_comes(online: Cast, citizen_client: Client) -> None:
    Walk(citizen_client, "URB-002").begin().answer().send()
    sent(citizen_client, "NOT-002", **PAPER)
    case_file, document = answer_of(online, "NOT-002")
    assert "Kurtzio 4" in lines(document)
    with acting_for(online.mundaka.pk):
        chosen = Preference.objects.get(person=online.ane.person)
        assert (chosen.channel, chosen.case_reference) == ("paper", case_file.reference)
        party = CaseParty.objects.get(case_file__procedure_code="URB-002")
        assert (party.channel, party.address["street"]) == ("paper", "Kurtzio")
        assert CaseEvent.objects.filter(case_file=party.case_file, code="reached_otherwise").count() == 1
    walk = Walk(citizen_client, "PAD-010").begin()
    form = citizen_client.get(walk.url("you")).context["form"]
    assert form["you_channel"].value() == "paper"
    walk.post("you", {"you_email": "ane@example.eus", "you_language": "eu", "you_channel": "paper", "you_as": "self"})
    assert "Kurtzio" in citizen_client.get(walk.url("postal")).content.decode()


def test_a_part_of_the_notifications_is_a_clerks(online: Cast, citizen_client: Client) -> None:
    sent(citizen_client, "NOT-002", scope="family")
    assert handed(online, "NOT-002")
    with acting_for(online.mundaka.pk):
        assert not Preference.objects.exists()


def test_electronic_notifications_begin_today(online: Cast, citizen_client: Client) -> None:
    sent(citizen_client, "NOT-001", notice_email="berria@example.eus")
    answer_of(online, "NOT-001")
    with acting_for(online.mundaka.pk):
        chosen = Preference.objects.get()
        assert (chosen.channel, chosen.email) == ("electronic", "berria@example.eus")


def test_whoever_acts_for_a_company_stays_on_the_screen(online: Cast, citizen_client: Client) -> None:
    Walk(citizen_client, "REG-001").begin().answer(you_as="company").send()
    sent(citizen_client, "NOT-002")
    with acting_for(online.mundaka.pk):
        channels = CaseParty.objects.filter(case_file__procedure_code="REG-001").values_list("channel", flat=True)
        assert set(channels) == {"electronic"}


def test_the_language_is_chosen_once(online: Cast, citizen_client: Client) -> None:
    sent(citizen_client, "EUS-004", language_written="es", language_oral="eu")
    answer_of(online, "EUS-004")
    with acting_for(online.mundaka.pk):
        chosen = Preference.objects.get()
        assert (chosen.language, chosen.spoken, chosen.channel) == ("es", "eu", "")
    walk = Walk(citizen_client, "URB-002").begin()
    assert citizen_client.get(walk.url("you")).context["form"]["you_language"].value() == "es"


def notified(cast: Cast) -> Notification:
    with acting_for(cast.mundaka.pk):
        return notify(
            person=cast.ane.person, email="", language="eu", subject_eu="Ebazpena", subject_es="Resolución",
            reference="MUN-2026-000777", legal=True, actor=cast.clerk(),
        )  # fmt: skip


@pytest.mark.parametrize(("action", "state"), [("accept", "accessed"), ("reject", "rejected")])
def test_a_notification_is_opened_or_rejected_with_its_proof(
    online: Cast, citizen_client: Client, action: str, state: str
) -> None:
    notification = notified(online)
    sent(citizen_client, "NOT-003", notification_id="mun-2026-000777", action=action)
    _file, document = answer_of(online, "NOT-003")
    assert now_at(notification).state == state
    assert "MUN-2026-000777" in lines(document) and document.context["holder_identifier"]


def test_nobody_opens_a_neighbours_notification_by_its_number(online: Cast, browser: Browser) -> None:
    with acting_for(online.mundaka.pk):
        notification = notify(
            person=online.jon.person, email="", language="eu", subject_eu="E", subject_es="R", legal=True,
            actor=online.clerk(),
        )  # fmt: skip
    sent(browser(online.ane, level=Level.CERTIFICATE), "NOT-003", notification_id=str(notification.pk))
    assert handed(online, "NOT-003")
    assert now_at(notification).state == NotificationState.AVAILABLE


def test_a_code_is_checked_by_whoever_holds_the_paper(online: Cast, citizen_client: Client, client: Client) -> None:
    sent(citizen_client, "EUS-004")
    _file, document = answer_of(online, "EUS-004")
    walk = sent(client, "DIG-006", csv_code=document.csv.lower())
    _file, answer = answer_of(online, "DIG-006")
    with acting_for(online.mundaka.pk):
        assert document.versions.get().sha256 in lines(answer)
    found = verify(answer.csv)
    assert found and found.intact and not found.needs_factor
    assert walk.at == "done"


def test_a_code_that_nobody_issued_is_looked_for_by_a_clerk(online: Cast, client: Client) -> None:
    sent(client, "DIG-006", csv_code="AAAA-AAAA-AAAA")
    assert handed(online, "DIG-006")


def owing(cast: Cast, *, paid: bool) -> Charge:
    with acting_for(cast.mundaka.pk):
        owed = charge(
            key="k", amount_cents=4320, concept={"eu": "Ibia", "es": "Vado"}, person_id=cast.ane.person_id,
            payer_name="Ane", payer_identifier="12345678Z", case_reference="MUN-2026-000555", actor=cast.clerk(),
        )  # fmt: skip
        if paid:
            attempt = PaymentAttempt.objects.create(charge=owed, gateway="demo", order="A1", amount_cents=4320)
            verdict = Verdict(AttemptState.PAID, 4320, "0000")
            apply_verdict(attempt, verdict, kind=MessageKind.NOTIFICATION, actor=cast.clerk())
        return owed


def test_what_is_owed_is_on_paper_again(online: Cast, citizen_client: Client) -> None:
    owed = owing(online, paid=False)
    sent(citizen_client, "TRI-002", tax_year=str(owed.created_at.year), object_ref="MUN-2026-000555")
    _file, document = answer_of(online, "TRI-002")
    assert "43,20" in lines(document)


def test_what_is_paid_has_its_one_proof(online: Cast, citizen_client: Client) -> None:
    owed = owing(online, paid=True)
    sent(citizen_client, "TRI-003", tax_year=str(owed.created_at.year), object_ref="a1")
    _file, document = answer_of(online, "TRI-003")
    assert document.pk == now_at(owed).receipt_id


def test_a_charge_that_she_does_not_name_is_a_clerks(online: Cast, citizen_client: Client) -> None:
    owed = owing(online, paid=False)
    sent(citizen_client, "TRI-002", tax_year=str(owed.created_at.year), object_ref="MUN-2026-000999")
    assert handed(online, "TRI-002")


def test_what_is_not_paid_has_no_proof(online: Cast, citizen_client: Client) -> None:
    owed = owing(online, paid=False)
    sent(citizen_client, "TRI-003", tax_year=str(owed.created_at.year), object_ref="MUN-2026-000555")
    assert handed(online, "TRI-003")


def test_a_self_assessment_says_what_is_to_be_paid(online: Cast, citizen_client: Client) -> None:
    load_tariffs()
    forget_tariffs()
    walk = sent(citizen_client, "URB-004", works_budget="10.000,00")
    _file, document = answer_of(online, "URB-004")
    with acting_for(online.mundaka.pk):
        owed = Charge.objects.get()
        assert (owed.amount_cents, owed.state) == (50000, ChargeState.DUE)
    assert "500,00" in lines(document)
    assert f"/pay/{owed.slug}/" in citizen_client.get(walk.url("done")).content.decode()


COMPANY = {"nif": "B95000006", "name": "Arotz SL"}


def speaking_for(client: Client, company: dict[str, str]) -> Client:
    """The browser, with a certificate that speaks for the company."""
    session = client.session
    session["identity_evidence"] = {"represents": company}
    session.save()
    return client


@pytest.mark.parametrize("code", ["URB-004", "VEH-001"])
def test_a_company_is_assessed_at_once_by_its_certificate(online: Cast, citizen_client: Client, code: str) -> None:
    load_tariffs()
    forget_tariffs()
    sent(speaking_for(citizen_client, COMPANY), code, you_as="company")
    case_file, document = answer_of(online, code)
    assert "Arotz SL" in lines(document) and document.context["holder_identifier"].endswith("006")
    with acting_for(online.mundaka.pk):
        applicant, agent = CaseParty.objects.filter(case_file=case_file).order_by("pk")
        assert (applicant.identifier, agent.power, agent.person_id) == (
            "B95000006",
            "certificate",
            online.ane.person_id,
        )
        assert Charge.objects.get().payer_identifier == "B95000006"


def of_company(cast: Cast) -> Charge:
    """What Arotz SL owes, written down by somebody else than Ane."""
    with acting_for(cast.mundaka.pk):
        return charge(
            key="c", amount_cents=9900, concept={"eu": "Ibia", "es": "Vado"}, person_id=None,
            payer_name="Arotz SL", payer_identifier="B95000006", case_reference="MUN-2026-000666", actor=cast.clerk(),
        )  # fmt: skip


def test_a_company_gets_its_own_bill_again_and_no_other(online: Cast, citizen_client: Client) -> None:
    owed, hers = of_company(online), owing(online, paid=False)
    speaking_for(citizen_client, COMPANY)
    asked = {"tax_year": str(owed.created_at.year), "you_as": "company"}
    sent(citizen_client, "TRI-002", object_ref="MUN-2026-000666", **asked)
    _file, document = answer_of(online, "TRI-002")
    assert "99,00" in lines(document)
    sent(citizen_client, "TRI-003", object_ref=hers.case_reference, **asked)
    assert handed(online, "TRI-003")


@pytest.mark.parametrize("code", ["VEH-001", "EUS-004"])
def test_for_a_company_without_proof_or_without_an_answer_a_clerk_sees_to_it(
    online: Cast, citizen_client: Client, code: str
) -> None:
    load_tariffs()
    forget_tariffs()
    if code == "EUS-004":  # proved, but only persons choose at once
        speaking_for(citizen_client, COMPANY)
    sent(citizen_client, code, you_as="company")
    assert handed(online, code)
    with acting_for(online.mundaka.pk):
        assert not Preference.objects.exists()

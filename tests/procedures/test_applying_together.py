"""Several applicants in one request (Ley 39/2015, arts. 7, 66.2, 68.1 and 94.2): from the wizard to who has joined."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from case_files.constants import Capacity, JoinState, Outcome
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseParty, CaseTask, Joining
from case_files.services import ask_correction, follow_person, lapse_joinings, resolve, to_do, withdraw
from case_files.services.engine import recipients
from case_files.services.joining import what_was_filed
from core.audit.constants import Level
from core.audit.models import AuditRow
from core.identity.models import Person, PersonIdentifier, User
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import terms
from core.notifications.models import Notification
from core.notifications.services import run_due
from registry.constants import Mode
from registry.models import Entry
from registry.services.chain import hash_of
from tests.case_files.files import ITEM, TEXT, do, open_tasks
from tests.cast import Cast, make_person
from tests.procedures.answers import YOU
from tests.procedures.walking import PDF, Walk, errors

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
IKER, NORA, UNKNOWN = "87654321X", "00000023T", "11111111H"


@dataclass
class Together:
    """A petition that Ane filed in her name, Iker's (who has an account) and Nora's (whom nobody knows yet)."""

    cast: Cast
    browser: Browser
    iker: User
    case_file: CaseFile
    walk: Walk

    def row(self, number: str = IKER) -> Joining:
        with acting_for(self.cast.mundaka.pk):
            return Joining.objects.select_related("case_file").get(identifier=number)

    def url(self, number: str = IKER) -> str:
        return f"/mundaka/es/folder/joining/{self.row(number).slug}/"

    def join(self, client: Client, number: str = IKER, **more: Any) -> Any:
        with acting_for(self.cast.mundaka.pk):
            sha256 = what_was_filed(self.row(number)).sha256
        return client.post(self.url(number), {"sha256": sha256, "agrees": "on", "join": "1", **more})


def make_user(email: str, nif: str) -> User:
    person = make_person(email.split("@")[0].title(), "Otsoa", "Vega", nif, proved=True)
    return User.objects.create_user(email, "pw", name=str(person), person=person)


def rows(*persons: tuple[str, str, str]) -> dict[str, str]:
    data = {"joint_count": str(len(persons))}
    for at, (name, identifier, email) in enumerate(persons):
        data |= {f"joint_{at}_name": name, f"joint_{at}_identifier": identifier, f"joint_{at}_email": email}
    return data


OTHERS = rows(("Iker Otsoa Vega", IKER, "iker@example.eus"), ("Nora Otsoa Vega", NORA, "nora@example.eus"))


def walk_together(client: Client, code: str = "REG-016", others: dict[str, str] | None = None) -> Walk:
    walk = Walk(client, code).begin()
    walk.post("you", {**YOU, "you_joint": "yes"})
    assert walk.at == "joint"
    walk.post("joint", others or OTHERS)
    return walk


@pytest.fixture
def together(online: Cast, browser: Browser) -> Together:
    iker = make_user("iker@example.eus", IKER)
    walk = walk_together(browser(online.ane, level=Level.CERTIFICATE)).answer().send()
    with acting_for(online.mundaka.pk):
        case_file = CaseFile.objects.get()
    return Together(online, browser, iker, case_file, walk)


def test_nobody_else_is_asked_for_by_default(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.ane, level=Level.CERTIFICATE), "REG-016").begin().answer().send()
    with acting_for(online.mundaka.pk):
        assert not Joining.objects.exists()
        assert "together_with" not in Entry.objects.get().content
    assert walk.draft(online).state == "submitted"


def test_a_procedure_of_one_alone_does_not_ask(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.ane, level=Level.CERTIFICATE), "URB-002").begin()
    assert b"you_joint" not in walk.client.get(walk.url("you")).content


@pytest.mark.parametrize(
    "wrong",
    [
        ("Iker Otsoa", "87654321A", "iker@example.eus"),
        ("Iker Otsoa", "B95000006", "iker@example.eus"),
        ("", IKER, "iker@example.eus"),
        ("Iker Otsoa", IKER, "iker"),
    ],
)
def test_each_is_named_with_a_right_number_and_an_address(
    online: Cast, browser: Browser, wrong: tuple[str, str, str]
) -> None:
    walk = walk_together(browser(online.ane, level=Level.CERTIFICATE), others=rows(wrong))
    assert walk.response.status_code == 200 and "joint" in errors(walk.response)


def test_the_couple_is_two_and_no_more(online: Cast, browser: Browser) -> None:
    walk = walk_together(browser(online.ane, level=Level.CERTIFICATE), "CIV-003")
    with acting_for(online.mundaka.pk):
        assert walk.draft(online).data["joint"]["joint_0_name"] == ["Iker Otsoa Vega"]
    assert "joint_1_name" not in walk.client.get(walk.url("joint")).content.decode()


def test_she_does_not_name_herself(online: Cast, browser: Browser) -> None:
    others = rows(("Ane Etxebarria", "12345678Z", "ane@example.eus"))
    walk = walk_together(browser(online.ane, level=Level.CERTIFICATE), others=others).answer().send()
    assert walk.response["Location"].endswith("/check/")
    with acting_for(online.mundaka.pk):
        assert not Entry.objects.exists() and not Joining.objects.exists()


def test_it_is_filed_at_once_and_the_others_are_told_nothing_of_it_by_mail(together: Together) -> None:
    with acting_for(together.cast.mundaka.pk):
        entry = Entry.objects.get()
        assert [one["identifier"] for one in entry.content["together_with"]] == [IKER, NORA]
        assert entry.party["identifier"] == "12345678Z" and "representative" not in entry.party
        assert CaseParty.objects.get().name.startswith("Ane")
        run_due(together.cast.mundaka.pk, 50)
        run_due(together.cast.mundaka.pk, 50)
        told = Notification.objects.get(person=together.iker.person)
        assert not told.legal and not told.reference
    letters = [letter for letter in mail.outbox if letter.to[0] in ("iker@example.eus", "nora@example.eus")]
    assert len(letters) == 2
    for letter in letters:
        assert "/folder/joining/" in letter.body and "Ane" not in letter.body and "Petizio" not in letter.body
        assert together.case_file.reference not in letter.body
    assert "/folder/notifications/" not in next(one for one in letters if one.to == ["nora@example.eus"]).body


def test_who_filed_it_reads_whose_answer_it_waits_for(together: Together) -> None:
    page = together.walk.client.get(together.walk.url("done")).content.decode()
    assert "Iker Otsoa Vega, Nora Otsoa Vega" in page


def test_the_term_is_ten_working_days_from_the_deemed_filing(together: Together) -> None:
    filed = together.case_file.term_from
    assert filed
    with acting_for(together.cast.mundaka.pk):
        assert together.row().due_on == terms.add_working_days(filed, 10, towns=(together.cast.mundaka.pk,))


def test_her_own_proved_number_opens_it_and_nothing_else_does(together: Together) -> None:
    cast, url = together.cast, together.url()
    assert "/account/identify/" in Client().get(url)["Location"]
    assert "/account/identify/" in together.browser(cast.jon, level=Level.CERTIFICATE).get(url)["Location"]
    # the same for an address that leads nowhere
    assert "/account/identify/" in Client().get(url[:-3] + "xx/")["Location"]
    stranger = together.browser(make_user("mikel@example.eus", UNKNOWN), level=Level.CERTIFICATE)
    for client in (stranger, together.browser(cast.ane, level=Level.CERTIFICATE)):
        assert client.get(url).status_code == 404
        assert together.join(client).status_code == 404
    assert together.row().state == JoinState.ASKED
    page = together.browser(together.iker, level=Level.CERTIFICATE).get(url)
    with acting_for(cast.mundaka.pk):
        entry = Entry.objects.select_related("book", "receipt").get()
    assert entry.hash in page.content.decode() and "Ane Etxebarria" in page.content.decode()
    assert entry.receipt and entry.receipt.context["hash"] == entry.hash == hash_of(entry, "E")
    for line in entry.receipt.context["lines"]:
        assert line["label"]["es"] in page.content.decode()


def test_a_number_that_is_only_typed_opens_nothing(together: Together) -> None:
    jon = together.cast.jon
    assert jon.person
    PersonIdentifier.objects.create(person=jon.person, kind="nif", value=NORA)
    client = together.browser(jon, level=Level.CERTIFICATE)
    assert "/account/identify/" in client.get(together.url(NORA))["Location"]
    assert "joining" not in client.get("/mundaka/es/folder/").content.decode()


def test_reading_it_does_not_make_her_a_party(together: Together) -> None:
    client = together.browser(together.iker, level=Level.CERTIFICATE)
    client.get(together.url())
    reference = together.case_file.reference
    assert client.get(f"/mundaka/es/folder/files/mundaka/{reference}/").status_code == 404
    folder = client.get("/mundaka/es/folder/").content.decode()
    assert "/folder/joining/" in folder and reference not in folder
    with acting_for(together.cast.mundaka.pk):
        assert AuditRow.objects.filter(
            action="case_files.joining.read", subject_person_id=together.cast.ane.person_id
        ).exists()


def test_who_joins_is_a_party_with_an_entry_and_its_evidence(together: Together) -> None:
    client = together.browser(together.iker, level=Level.CERTIFICATE)
    answer = together.join(client)
    assert answer.status_code == 302 and client.get(answer["Location"]).status_code == 200
    row = together.row()
    with acting_for(together.cast.mundaka.pk):
        party = CaseParty.objects.get(person=together.iker.person)
        filed, joined = Entry.objects.order_by("pk")
        assert party.capacity == Capacity.CO_APPLICANT and row.party == party and row.entry == joined
        assert row.state == JoinState.JOINED and row.sha256 == filed.hash
        assert row.evidence["level"] == Level.CERTIFICATE and row.evidence["identifier"] == IKER
        assert joined.content["sha256"] == filed.hash and joined.party["identifier"] == IKER
        assert joined.person_id == together.iker.person_id
        assert [party.person_id for party in recipients(together.case_file)] == [together.cast.ane.person_id]
    page = client.get(f"/mundaka/es/folder/files/mundaka/{together.case_file.reference}/").content.decode()
    assert "Nora Otsoa Vega" in page and "Ha firmado" not in page
    assert together.join(client).status_code == 200  # a second time changes nothing
    with acting_for(together.cast.mundaka.pk):
        assert Entry.objects.count() == 2


def test_what_she_joins_is_what_she_saw(together: Together) -> None:
    client = together.browser(together.iker, level=Level.CERTIFICATE)
    assert together.join(client, sha256="0" * 64).status_code == 200
    assert client.post(together.url(), {"sha256": "0" * 64, "join": "1"}).status_code == 200  # without her yes
    assert together.row().state == JoinState.ASKED


def test_a_procedure_that_asks_for_a_certificate_asks_her_too(online: Cast, browser: Browser) -> None:
    iker = make_user("iker@example.eus", IKER)
    others = rows(("Iker Otsoa", IKER, "iker@example.eus"))
    walk_together(browser(online.ane, level=Level.CERTIFICATE), "CIV-003", others).answer().send()
    with acting_for(online.mundaka.pk):
        row = Joining.objects.select_related("case_file").get()
        sha256 = what_was_filed(row).sha256
    url = f"/mundaka/es/folder/joining/{row.slug}/"
    low = browser(iker, level=Level.ACCOUNT)
    assert "/account/identify/" in low.post(url, {"sha256": sha256, "agrees": "on"})["Location"]
    high = browser(iker, level=Level.CERTIFICATE).post(url, {"sha256": sha256, "agrees": "on"})
    assert high["Location"] == url


def test_who_refuses_is_no_party_and_the_applicant_is_told(together: Together) -> None:
    client = together.browser(together.iker, level=Level.CERTIFICATE)
    assert client.post(together.url(), {"refuse": "1"}).status_code == 302
    with acting_for(together.cast.mundaka.pk):
        assert not CaseParty.objects.filter(person=together.iker.person).exists()
        assert CaseEvent.objects.filter(code="joining_refused", public=True).exists()
    assert "Instancia" not in client.get(together.url()).content.decode()
    reference = together.case_file.reference
    assert client.get(f"/mundaka/es/folder/files/mundaka/{reference}/").status_code == 404


def test_the_clerk_is_told_when_all_have_answered(together: Together) -> None:
    nora = make_user("nora@example.eus", NORA)
    together.join(together.browser(together.iker, level=Level.CERTIFICATE))
    with acting_for(together.cast.mundaka.pk):
        assert not CaseEvent.objects.filter(code="joining_complete").exists()
    together.join(together.browser(nora, level=Level.CERTIFICATE), NORA)
    with acting_for(together.cast.mundaka.pk):
        told = [event.code for event in CaseEvent.objects.order_by("at", "pk")]
        assert told[-2:] == ["joined", "joining_complete"]
        assert CaseTask.objects.get(state="open").words
    desk = together.browser(together.cast.miren, second_factor=True)
    page = desk.get(f"/mundaka/es/admin/case-files/{together.case_file.reference}/").content.decode()
    assert "Nora Otsoa Vega" in page and IKER in page


def over(together: Together) -> None:
    day = terms.local_today() - timedelta(days=1)
    with acting_for(together.cast.mundaka.pk):
        Joining.objects.update(due_on=day)
        assert lapse_joinings(terms.local_today()) == 2
        assert lapse_joinings(terms.local_today()) == 0


def not_admitted(together: Together) -> object:
    clerk = together.cast.clerk()
    return resolve(case_file=together.case_file, outcome=Outcome.INADMISSIBLE, text=TEXT, actor=clerk)


def withdrawn(together: Together) -> object:
    return withdraw(case_file=together.case_file, key="w", actor=together.cast.citizen(together.cast.ane))


def worked_to_its_end(together: Together) -> object:
    while tasks := open_tasks(together.case_file):
        do(tasks[0], together.cast.clerk())
    return None


@pytest.mark.parametrize("end", [not_admitted, withdrawn, worked_to_its_end])
def test_nobody_is_waited_for_in_a_file_that_has_ended(together: Together, end: Callable[[Together], object]) -> None:
    iker = together.iker.person_id or 0
    with reading_own(iker):
        assert [thing.what for thing in to_do(iker, [])] == ["join"]
    with acting_for(together.cast.mundaka.pk):
        end(together)
        assert {one.state for one in Joining.objects.all()} == {JoinState.LAPSED}
        assert AuditRow.objects.filter(action="case_files.joining_over").count() == 1
        told = Notification.objects.count()
        Joining.objects.update(due_on=terms.local_today() - timedelta(days=1))
        assert lapse_joinings(terms.local_today()) == 0 and Notification.objects.count() == told
    with reading_own(iker):
        assert to_do(iker, []) == []


def test_after_the_term_only_a_correction_lets_her_join(together: Together) -> None:
    over(together)
    client = together.browser(together.iker, level=Level.CERTIFICATE)
    page = client.get(together.url())
    assert page.status_code == 200 and "Ane Etxebarria" not in page.content.decode()
    together.join(client)
    assert together.row().state == JoinState.LAPSED
    with acting_for(together.cast.mundaka.pk):
        assert "Nora" in CaseTask.objects.get(state="open").words
        ask_correction(case_file=together.case_file, items=ITEM, actor=together.cast.clerk())
    assert together.join(client).status_code == 302
    assert together.row().state == JoinState.JOINED


def test_the_task_says_who_is_missing_now_among_what_else_there_is_to_do(together: Together) -> None:
    def words() -> str:
        with acting_for(together.cast.mundaka.pk):
            return CaseTask.objects.get(state="open").words

    with acting_for(together.cast.mundaka.pk):
        said = dict.fromkeys(("eu", "es", "en"), "Deitu arkitektoari")
        CaseTask.objects.filter(state="open").update(said=said, note="Asteartean dator")
    over(together)
    with acting_for(together.cast.mundaka.pk):
        ask_correction(case_file=together.case_file, items=ITEM, actor=together.cast.clerk())
        together.case_file.refresh_from_db()
    assert "Iker" in words() and "Nora" in words()
    for number, user, missing in ((IKER, together.iker, ["Nora"]), (NORA, make_user("nora@example.eus", NORA), [])):
        assert together.join(together.browser(user, level=Level.CERTIFICATE), number).status_code == 302
        first, now, *notes = words().splitlines()
        assert (first, notes) == ("Deitu arkitektoari", ["Asteartean dator"])
        assert [name for name in ("Iker", "Nora") if name in now] == missing


def test_one_of_several_withdraws_for_herself_alone(together: Together) -> None:
    iker = together.browser(together.iker, level=Level.CERTIFICATE)
    together.join(iker)
    ane = together.browser(together.cast.ane, level=Level.CERTIFICATE)
    address = f"/mundaka/es/folder/files/mundaka/{together.case_file.reference}/"
    key = re.search(r'name="key" value="([0-9a-f]{32})"', ane.get(f"{address}withdraw/").content.decode())
    assert key
    assert ane.post(f"{address}withdraw/", {"key": key[1], "sure": "on"}).status_code == 302
    with acting_for(together.cast.mundaka.pk):
        file = CaseFile.objects.get()
        assert file.state == "open" and not file.closed_at
        capacities = {party.person_id: party.capacity for party in CaseParty.objects.all()}
    assert capacities == {
        together.cast.ane.person_id: Capacity.FORMER,
        together.iker.person_id: Capacity.APPLICANT,
    }
    assert ane.get(address).status_code == 200  # what she filed stays in her folder
    assert ane.post(f"{address}write/", {"text": "Kaixo", "key": "0" * 32}).status_code == 404
    other = re.search(r'name="key" value="([0-9a-f]{32})"', iker.get(f"{address}withdraw/").content.decode())
    assert other and iker.post(f"{address}withdraw/", {"key": other[1], "sure": "on"}).status_code == 302
    with acting_for(together.cast.mundaka.pk):
        assert CaseEvent.objects.filter(code="withdrawal_asked").exists()  # the last one ends it


def test_when_two_persons_turn_out_to_be_one_the_co_applicant_keeps_her_file(together: Together) -> None:
    together.join(together.browser(together.iker, level=Level.CERTIFICATE))
    assert together.iker.person_id
    other = Person.objects.create(given_name="Iker", surname1="Otsoa", proved_at=timezone.now())
    follow_person(together.iker.person_id, other.pk)
    with acting_for(together.cast.mundaka.pk):
        assert CaseParty.objects.get(capacity=Capacity.CO_APPLICANT).person_id == other.pk


def test_another_town_sees_none_of_it(together: Together) -> None:
    with acting_for(together.cast.balmaseda.pk):
        assert not Joining.objects.exists()


def on_paper(client: Client, together: Together, **more: Any) -> Any:
    """The clerk's button, with a scan of what was signed."""
    address = f"/mundaka/es/admin/case-files/{together.case_file.reference}/join/"
    with acting_for(together.cast.mundaka.pk):
        seen = CaseFile.objects.get().version
    scan = SimpleUploadedFile("firma.pdf", PDF, "application/pdf")
    person = {"name": "Amina Diallo", "document": "passport", "identifier": "AB 123456", "is_seen": "on"}
    return client.post(address, {"seen": seen, "attachments": scan, **person, **more})


def test_who_has_neither_nif_nor_nie_signs_at_the_desk_and_is_one_of_them(together: Together) -> None:
    desk = together.browser(together.cast.miren, second_factor=True)
    assert on_paper(desk, together).status_code == 302
    with acting_for(together.cast.mundaka.pk):
        party = CaseParty.objects.get(name="Amina Diallo")
        row = Joining.objects.get(party=party)
        assert (party.capacity, party.identifier_kind, party.person) == (Capacity.CO_APPLICANT, "passport", None)
        assert (row.state, row.evidence["how"], row.evidence["clerk"]) == (JoinState.JOINED, "paper", "Miren Bilbao")
        assert row.entry and row.entry.mode == Mode.DESK and row.entry.party["name"] == "Amina Diallo"
        (scan,) = CaseDocument.objects.filter(case_file=together.case_file, document__csv__in=row.evidence["documents"])
        assert scan.role == "attachment" and len(row.entry.attachments) == 1
        assert AuditRow.objects.filter(action="case_files.joined", actor_kind="clerk").count() == 1
    again = on_paper(desk, together)
    assert again.status_code == 200 and again.context["form"].errors["identifier"]


def test_who_was_named_and_has_no_certificate_signs_at_the_desk_too(together: Together) -> None:
    desk = together.browser(together.cast.miren, second_factor=True)
    iker = {"name": "Iker Otsoa Vega", "document": "", "identifier": IKER.lower()}
    assert on_paper(desk, together, **iker).status_code == 302
    assert together.row().state == JoinState.JOINED
    with acting_for(together.cast.mundaka.pk):
        assert Joining.objects.count() == 2
        assert CaseParty.objects.get(identifier=IKER).person_id == together.iker.person_id


@pytest.mark.parametrize("missing", ["attachments", "is_seen", "identifier"])
def test_the_desk_needs_her_paper_her_document_and_her_number(together: Together, missing: str) -> None:
    desk = together.browser(together.cast.miren, second_factor=True)
    answer = on_paper(desk, together, **{missing: ""})
    assert answer.status_code == 200 and missing in answer.context["form"].errors
    with acting_for(together.cast.mundaka.pk):
        assert not CaseParty.objects.filter(name="Amina Diallo").exists()


def test_the_wizard_says_where_she_signs_who_can_not_be_named(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.ane, level=Level.CERTIFICATE), "REG-016").begin()
    assert "udaletxeko bulegoan" in walk.client.get(walk.url("you")).content.decode()


def test_what_one_alone_files_has_no_such_button(online: Cast, browser: Browser) -> None:
    Walk(browser(online.ane, level=Level.CERTIFICATE), "URB-002").begin().answer().send()
    with acting_for(online.mundaka.pk):
        reference = CaseFile.objects.get().reference
    desk = browser(online.miren, second_factor=True)
    assert desk.get(f"/mundaka/es/admin/case-files/{reference}/join/").status_code == 404

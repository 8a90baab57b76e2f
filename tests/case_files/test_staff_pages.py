"""The clerks' pages: inbox, case file, buttons, the day's work."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from case_files.actions import ACTIONS, Here, available
from case_files.constants import Outcome, State
from case_files.models import CaseFile, CaseTask
from case_files.services import ask_correction, complete_task, propose, take
from core.audit.models import AuditRow
from core.identity.constants import Role
from core.identity.models import Membership
from core.municipalities.constants import Module
from core.municipalities.models import ModuleAdoption
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns, terms
from core.notifications.models import OutboxRow
from core.notifications.services import outbox, put
from tests.cast import Cast
from tests.clients import sign_in

from .files import ITEM, open_task, opened, walk_to

INBOX = "/mundaka/eu/admin/case-files/"


@pytest.fixture
def filed(cast: Cast) -> CaseFile:
    with acting_for(cast.mundaka.pk):
        return opened(cast)


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as statements:
        page(client, address)
    return len(statements)


def test_the_inbox_shows_who_what_and_how_many_days_are_left(clerk_client: Client, filed: CaseFile) -> None:
    html = page(clerk_client, INBOX)
    for shown in (filed.reference, "Ane Etxebarria Uriarte", "check_docs", "tag--"):
        assert shown in html


@pytest.mark.parametrize("query", ["etxebar", "12345678Z", "uriarte ane", "{ref}", "ÉTXEBARRIA"])
def test_it_finds_by_name_document_and_reference(clerk_client: Client, filed: CaseFile, query: str) -> None:
    query = query.replace("{ref}", filed.reference.lower())
    assert filed.reference in page(clerk_client, f"{INBOX}?q={query}")
    assert filed.reference not in page(clerk_client, f"{INBOX}?q=zubizarreta")


def test_a_filter_is_in_the_address(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    assert filed.reference in page(clerk_client, f"{INBOX}?queue=unassigned&when=today")
    assert filed.reference not in page(clerk_client, f"{INBOX}?queue=mine&when=today")
    with acting_for(cast.mundaka.pk):
        take(task=open_task(filed), actor=cast.clerk())
    assert filed.reference in page(clerk_client, INBOX)  # hers come first


def test_a_search_looks_everywhere_and_says_so(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    with acting_for(cast.mundaka.pk):
        CaseFile.objects.update(opened_at=timezone.now() - timedelta(days=40))
    assert filed.reference not in page(clerk_client, f"{INBOX}?queue=mine&when=today")
    html = page(clerk_client, f"{INBOX}?queue=mine&when=today&q={filed.reference}")
    assert f"{filed.reference}/" in html and f"«{filed.reference}»" in html


def test_a_filter_says_what_it_leaves_out_and_can_be_taken_off(clerk_client: Client, filed: CaseFile) -> None:
    html = page(clerk_client, f"{INBOX}?queue=all&when=today")
    assert "Gaur iritsiak" in html and 'href="?queue=all"' in html
    assert 'class="notice"' not in page(clerk_client, f"{INBOX}?queue=all")


def test_a_move_leads_to_the_census_desk(clerk_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        move, other = opened(cast, "PADR", code="PAD-003"), opened(cast)
    assert f"census-desk/moves/{move.reference}/" in page(clerk_client, f"{INBOX}{move.reference}/")
    assert "census-desk/moves" not in page(clerk_client, f"{INBOX}{other.reference}/")


def test_the_menu_has_the_desks_of_the_clerks_roles(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    for address in ("/mundaka/eu/admin/", INBOX, f"{INBOX}{filed.reference}/"):
        assert "/admin/census-desk/" in page(clerk_client, address)
    with acting_for(cast.mundaka.pk):
        Membership.objects.filter(user=cast.miren).exclude(role=Role.HANDLER).delete()
    html = page(clerk_client, INBOX)
    assert "/admin/census-desk/" not in html and "/admin/registry/" in html


def test_what_is_late_says_so_in_words(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    with acting_for(cast.mundaka.pk):
        CaseTask.objects.update(due_on=terms.local_today() - timedelta(days=7))
    html = page(clerk_client, f"{INBOX}?when=overdue")
    assert filed.reference in html and "tag--err" in html


def test_pages_stay_within_their_statements(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    with acting_for(cast.mundaka.pk):
        for _ in range(5):
            opened(cast)
    assert queries(clerk_client, INBOX) <= 14
    assert queries(clerk_client, "/mundaka/eu/admin/") <= 13
    for section in ("task", "documents", "communications", "history", "data"):
        assert queries(clerk_client, f"{INBOX}{filed.reference}/?section={section}") <= 17, section


def test_a_section_shows_its_part(clerk_client: Client, filed: CaseFile) -> None:
    address = f"{INBOX}{filed.reference}/"
    assert "Sukaldea berritzea" in page(clerk_client, f"{address}?section=data")
    assert "timeline" in page(clerk_client, f"{address}?section=history")
    page(clerk_client, f"{address}?section=nonsense", 404)


def test_looking_is_recorded_once_a_day(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    for _ in range(3):
        page(clerk_client, f"{INBOX}{filed.reference}/")
    with acting_for(cast.mundaka.pk):
        row = AuditRow.objects.get(action="case_files.read")
    assert (row.actor_user_id, row.subject_person_id) == (cast.miren.pk, cast.ane.person_id)


def test_the_primary_button_does_the_step(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    answer = clerk_client.post(f"{INBOX}{filed.reference}/complete/", {"seen": filed.version})
    assert answer.status_code == 302
    with acting_for(cast.mundaka.pk):
        assert open_task(filed).step == "fee_settlement"


def test_two_clerks_on_one_page_get_a_clear_message(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    with acting_for(cast.mundaka.pk):
        take(task=open_task(filed), actor=cast.clerk())
    answer = clerk_client.post(f"{INBOX}{filed.reference}/complete/", {"seen": 0, "note": "Begiratuta"})
    html = answer.content.decode()
    assert answer.status_code == 200 and "errsum" in html and "Begiratuta" in html
    with acting_for(cast.mundaka.pk):
        assert open_task(filed).step == "check_docs"


def test_a_button_that_is_gone_leads_back_to_the_file(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    with acting_for(cast.mundaka.pk):
        complete_task(task=open_task(filed), actor=cast.clerk())
    answer = clerk_client.post(f"{INBOX}{filed.reference}/complete/", {"seen": 0})
    assert (answer.status_code, answer["Location"]) == (302, f"{INBOX}{filed.reference}/")


def test_a_correction_is_asked_for_with_the_checklist(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    address = f"{INBOX}{filed.reference}/correct/"
    assert "errsum" in clerk_client.post(address, {"seen": filed.version}).content.decode()
    clerk_client.post(address, {"seen": filed.version, "reasons": ["budget", "plan"], "other_eu": "Argazkiak"})
    with acting_for(cast.mundaka.pk):
        correction = filed.corrections.get()
        assert [item["text_es"][:9] for item in correction.items] == ["Falta el ", "Falta el ", "Argazkiak"]
    assert "tag--warn" in page(clerk_client, f"{INBOX}{filed.reference}/")


@pytest.mark.parametrize("step", ["check_docs", "fee_settlement", "technical_report", "proposal", "resolution"])
def test_every_button_has_its_page_and_says_its_effect(
    clerk_client: Client, cast: Cast, filed: CaseFile, step: str
) -> None:
    with acting_for(cast.mundaka.pk):
        task = walk_to(filed, step, cast.clerk())
        filed.refresh_from_db()
        buttons = available(Here(filed, task, cast.clerk(), step != "check_docs"))
    assert sum(action.is_step for action in buttons) == 1
    for action in buttons:
        page(clerk_client, f"{INBOX}{filed.reference}/{action.code}/")


def test_the_decision_starts_from_what_was_proposed(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    with acting_for(cast.mundaka.pk):
        task = walk_to(filed, "proposal", cast.clerk())
        propose(task=task, outcome=Outcome.DENIED, text={"eu": "Ez dagokio.", "es": "No procede."}, actor=cast.clerk())
    form = clerk_client.get(f"{INBOX}{filed.reference}/resolve/").context["form"]
    shown = [form[name].value() for name in ("outcome", "text_eu", "text_es")]
    assert shown == [Outcome.DENIED, "Ez dagokio.", "No procede."]


def test_every_button_is_explained() -> None:
    assert all(action.effect and action.done for action in ACTIONS)
    assert len({action.code for action in ACTIONS}) == len(ACTIONS)


def test_while_it_waits_nothing_can_be_decided(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    with acting_for(cast.mundaka.pk):
        ask_correction(case_file=filed, items=ITEM, actor=cast.clerk())
    page(clerk_client, f"{INBOX}{filed.reference}/complete/", 404)
    assert filed.reference in page(clerk_client, f"{INBOX}{filed.reference}/")


def test_another_towns_clerk_sees_none_of_it(cast: Cast, filed: CaseFile) -> None:
    koldo = sign_in(Client(), cast.koldo, second_factor=True)
    assert koldo.get(INBOX).status_code == 302  # to the door of the clerks' site
    page(koldo, f"/balmaseda/eu/admin/case-files/{filed.reference}/", 404)
    assert filed.reference not in page(koldo, "/balmaseda/eu/admin/case-files/?q=etxebarria")


def test_the_days_work_counts(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    html = page(clerk_client, "/mundaka/eu/admin/")
    assert "when=today" in html and "<b>1</b>" in html


def test_what_failed_is_tried_again(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    with acting_for(cast.mundaka.pk):
        outbox([put("documents.render", key="x", payload={"document": 0})])
        OutboxRow.objects.update(failed_at=timezone.now(), error="Traceback\nOSError: disk")
        row = OutboxRow.objects.get()
    assert "OSError: disk" in page(clerk_client, f"{INBOX}failed/")
    assert clerk_client.post(f"{INBOX}failed/", {"row": row.pk}).status_code == 302
    with acting_for(cast.mundaka.pk):
        assert OutboxRow.objects.get().failed_at is None


def test_a_closed_file_has_no_step(clerk_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        file = opened(cast)
        CaseFile.objects.filter(pk=file.pk).update(state=State.CLOSED, step="")
        CaseTask.objects.update(state="done")
    assert "is-current" not in page(clerk_client, f"{INBOX}{file.reference}/")


def test_a_town_without_the_module_has_none_of_its_pages(clerk_client: Client, cast: Cast, filed: CaseFile) -> None:
    with acting_for(cast.mundaka.pk):
        ModuleAdoption.objects.filter(municipality=cast.mundaka, module=Module.CASE_FILES).delete()
    forget_towns()
    for path in ("", "failed/", f"{filed.reference}/"):
        page(clerk_client, f"{INBOX}{path}", 404)
    assert "case-files" not in page(clerk_client, "/mundaka/eu/admin/")

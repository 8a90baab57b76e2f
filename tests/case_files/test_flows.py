"""The procedures that must run from the first act to the last, by services."""

from dataclasses import replace

import pytest
from django.utils import timezone
from django.utils.translation import override

from case_files.constants import Outcome, State
from case_files.history import SENTENCES
from case_files.models import CaseFile
from case_files.services import (
    ask_correction,
    follow_person,
    is_outcome_shown,
    my_case_file,
    my_case_files,
    plain_status,
    resolve,
    tracker,
)
from case_files.tasks import lapse_corrections
from core.audit.models import AuditRow
from core.documents.models import Document
from core.documents.services import render_now
from core.municipalities.scope import acting_for, reading_own
from core.notifications.constants import DeliveryResult
from core.notifications.models import Notification
from core.notifications.services import make_available, record_delivery
from registry.models import Entry
from tests.cast import Cast, make_person

from .files import ITEM, do, open_notifications, open_task, opened, walk_to


def test_a_general_request_is_answered_sealed_entered_and_notified(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka, "REGI", code="REG-001")
    assert open_task(case_file).step == "handle"
    document = resolve(
        case_file=case_file, outcome=Outcome.ANSWERED, text={"eu": "Bihar konponduko dugu."}, actor=in_mundaka.clerk()
    )
    assert (document.template, document.context["text"]) == ("answer", "Bihar konponduko dugu.")
    assert render_now(document).sealed_at
    assert Entry.objects.get(case_reference=case_file.reference).book.kind == "S"
    case_file.refresh_from_db()
    assert (case_file.state, case_file.step) == (State.RESOLVED, "notify")
    assert open_notifications(case_file, in_mundaka.citizen(in_mundaka.ane)) == 1
    case_file.refresh_from_db()
    assert case_file.state == State.CLOSED


def test_minor_works_run_to_the_end(in_mundaka: Cast) -> None:
    case_file, miren = opened(in_mundaka, "LICE"), in_mundaka.clerk()
    do(walk_to(case_file, "resolution", miren), miren)
    made = set(Document.objects.values_list("template", flat=True))
    assert made >= {"fee_notice", "report", "proposal", "resolution"}
    open_notifications(case_file, in_mundaka.citizen(in_mundaka.ane))
    do(walk_to(case_file, "tax_settlement", miren), miren)
    case_file.refresh_from_db()
    assert (case_file.state, case_file.outcome, case_file.fee_cents) == (State.CLOSED, Outcome.GRANTED, 3000)


@pytest.mark.parametrize("template", ["resolution", "report", "proposal", "fee_notice", "answer", "correction_request"])
def test_what_its_verbs_write_can_be_made_into_paper(in_mundaka: Cast, template: str) -> None:

    case_file, miren = opened(in_mundaka, "REGI" if template == "answer" else "LICE"), in_mundaka.clerk()
    if template == "correction_request":
        ask_correction(case_file=case_file, items=ITEM, actor=miren)
    else:
        last = "handle" if template == "answer" else "resolution"
        do(walk_to(case_file, last, miren), miren, Outcome.ANSWERED if template == "answer" else Outcome.GRANTED)
    assert render_now(Document.objects.filter(template=template).first()).sha256  # type: ignore[arg-type]


def test_the_citizen_learns_the_outcome_only_from_the_notification(in_mundaka: Cast) -> None:
    case_file, miren = opened(in_mundaka, "LICE"), in_mundaka.clerk()
    do(walk_to(case_file, "resolution", miren), miren, Outcome.DENIED)
    case_file.refresh_from_db()
    assert not is_outcome_shown(case_file)
    assert "uka" not in plain_status(case_file).lower()
    open_notifications(case_file, in_mundaka.citizen(in_mundaka.ane))
    case_file.refresh_from_db()
    assert is_outcome_shown(case_file) and "uka" in plain_status(case_file).lower()


def test_her_folder_holds_her_files_of_every_town(cast: Cast) -> None:
    for town in (cast.mundaka, cast.balmaseda):
        with acting_for(town.pk):
            opened(cast, actor=replace(cast.citizen(cast.ane), municipality_id=town.pk))
    with reading_own(cast.ane.person_id):
        files = my_case_files(cast.ane.person_id)
        assert {file.reference[:3] for file in files} == {"MUN", "BAL"}
        found = my_case_file(files[0].reference)
        assert found and tracker(found)[0].state == "done"
    with reading_own(cast.jon.person_id):
        assert my_case_files(cast.jon.person_id) == []


def test_on_paper_a_clerk_is_told_to_deliver_it(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka, "REGI")
    case_file.parties.update(channel="paper")
    do(open_task(case_file), in_mundaka.clerk(), Outcome.ANSWERED)
    assert open_task(case_file).step == "notify"
    paper = make_available(Notification.objects.get(legal=True))
    record_delivery(notification=paper, at=timezone.now(), result=DeliveryResult.DELIVERED, actor=in_mundaka.clerk())
    case_file.refresh_from_db()
    assert case_file.state == State.CLOSED


def test_two_persons_made_one_keep_their_files(cast: Cast) -> None:
    other = make_person("Ane", "Etxebarria", "Uriarte")
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast)
    follow_person(cast.ane.person_id, other.pk)
    with reading_own(other.pk):
        assert CaseFile.objects.get() == case_file


def test_the_hourly_task_looks_into_every_town(cast: Cast) -> None:
    assert lapse_corrections() == 0


def test_every_event_says_what_happened(in_mundaka: Cast) -> None:
    case_file, miren = opened(in_mundaka, "LICE"), in_mundaka.clerk()
    do(walk_to(case_file, "resolution", miren), miren)
    assert set(case_file.events.values_list("code", flat=True)) <= SENTENCES.keys()
    for row in AuditRow.objects.filter(action__startswith="case_files."):
        assert row.action.removeprefix("case_files.") in {*SENTENCES, "read"}


def test_both_languages_say_it_in_their_own(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    said = set()
    for language in ("eu", "es", "en"):
        with override(language):
            said.add(plain_status(case_file)[:20])
    assert len(said) == 3

"""Opening a case file."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from case_files.constants import Capacity, State
from case_files.models import CaseEvent, CaseFile, CaseParty, CaseTask
from case_files.rights import get_case_file_for, get_task_for
from case_files.services import open_case_file, record_registration
from case_files.services.opening import unit_for
from case_files.services.workflow import offered, snapshot
from core.audit.models import AuditRow
from core.identity.constants import Role
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services.terms import local_today
from registry.constants import BookKind
from registry.services import register
from tests.cast import Cast

from .files import open_task, opened, party, procedure, steps

MADRID = ZoneInfo("Europe/Madrid")


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=MADRID)  # type: ignore[arg-type, misc]


def test_the_reference_counts_up_within_the_towns_year(in_mundaka: Cast) -> None:
    first, second = opened(in_mundaka), opened(in_mundaka)
    year = first.opened_at.astimezone(MADRID).year
    assert (first.reference, second.reference) == (f"MUN-{year}-000001", f"MUN-{year}-000002")


def test_opening_takes_eight_statements(in_mundaka: Cast) -> None:
    opened(in_mundaka)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        opened(in_mundaka)
    assert len(statements) <= 8, [query["sql"][:80] for query in statements]


def test_it_stands_at_the_first_step_that_a_person_does(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    task = open_task(case_file)
    assert task.step == case_file.step == "check_docs"
    assert task.unit == unit_for(["urban"]) and task.unit.code == "urban"
    assert task.due_on and case_file.due_on and task.due_on <= case_file.due_on
    assert [step["state"] for step in case_file.workflow[:3]] == ["done", "done", ""]


def test_what_no_unit_handles_goes_to_the_default_one(in_mundaka: Cast) -> None:
    assert opened(in_mundaka, handles=("PAD",)).unit.code == "secretariat"


def test_the_term_runs_from_the_deemed_filing(in_mundaka: Cast) -> None:
    with patch("django.utils.timezone.now", return_value=at(2026, 1, 31, 12)):  # a Saturday
        case_file = opened(in_mundaka)
    assert case_file.term_from == date(2026, 2, 2)
    assert case_file.due_on == date(2026, 3, 2)


def test_without_a_term_of_its_own_it_is_three_months(in_mundaka: Cast) -> None:
    with patch("django.utils.timezone.now", return_value=at(2026, 4, 15, 12)):
        assert opened(in_mundaka, term_value=None, term_unit="").due_on == date(2026, 7, 15)


def test_a_representative_and_whom_she_represents_are_parties(in_mundaka: Cast) -> None:
    applicant = party(in_mundaka.jon)
    case_file = open_case_file(
        procedure=procedure(),
        data={},
        parties=[applicant, party(in_mundaka.ane, capacity=Capacity.REPRESENTATIVE, represents=applicant)],
        language="es",
        actor=in_mundaka.citizen(in_mundaka.ane),
    )
    agent = CaseParty.objects.get(case_file=case_file, capacity=Capacity.REPRESENTATIVE)
    assert agent.represents == applicant


def test_an_anonymous_report_has_no_party(in_mundaka: Cast) -> None:
    case_file = open_case_file(
        procedure=procedure("INCI"), data={}, language="eu", actor=in_mundaka.citizen(in_mundaka.jon)
    )
    assert not case_file.parties.exists() and open_task(case_file).step == "act"


def test_its_number_stands_in_the_history(in_mundaka: Cast) -> None:
    case_file, actor = opened(in_mundaka), in_mundaka.citizen(in_mundaka.ane)
    entry = register(
        kind=BookKind.ENTRY, summary="x", party={}, content={}, language="eu", key="k", actor=actor,
        case_reference=case_file.reference,
    )  # fmt: skip
    record_registration(case_file=case_file, entry=entry, actor=actor)
    assert list(case_file.events.values_list("code", "entry")) == [("opened", None), ("registered", entry.pk)]


def test_opening_is_audited_with_whose_file_it_is(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    row = AuditRow.objects.get(action="case_files.opened")
    assert (row.object_ref, row.subject_person_id) == (case_file.reference, in_mundaka.ane.person_id)


def test_an_automatic_file_opens_no_task(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka, "INST", automatic=True, term_value=None, term_unit="immediate")
    assert not CaseTask.objects.filter(case_file=case_file).exists()
    assert case_file.state == State.OPEN and case_file.step == "auto_check"


def test_an_automatic_procedure_without_its_room_goes_to_a_clerk(in_mundaka: Cast) -> None:
    assert open_task(opened(in_mundaka, "INST")).step == "auto_check"


def test_the_census_changes_after_the_resolution() -> None:
    codes = [step["code"] for step in snapshot(steps("submit>check_docs>census_update>ine_variation>resolution>close"))]
    assert codes == ["submit", "check_docs", "resolution", "census_update", "ine_variation", "notify", "close"]


def test_a_template_in_order_stays_as_it_is() -> None:
    codes = "submit>resolution>census_update>ine_variation>notify>close"
    assert [step["code"] for step in snapshot(steps(codes))] == codes.split(">")


def test_optional_steps_are_offered_up_to_the_next_one_that_a_person_does(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka, "LICE")
    case_file.step = "fee_settlement"
    assert [step["code"] for step in offered(case_file)] == ["inspection"]
    case_file.step = "check_docs"
    assert offered(case_file) == []


def test_another_towns_clerk_finds_nothing(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast)
        task = open_task(case_file)
        assert get_case_file_for(cast.clerk(), case_file.reference) == case_file
        assert get_task_for(cast.clerk(), task.pk) == task
        with pytest.raises(Http404):
            get_case_file_for(cast.clerk(cast.koldo), case_file.reference)
    with acting_for(cast.balmaseda.pk):
        with pytest.raises(Http404):
            get_case_file_for(cast.clerk(cast.koldo), case_file.reference)
        with pytest.raises(Http404):
            get_task_for(cast.clerk(cast.koldo), task.pk)


def test_her_neighbour_finds_nothing_and_she_does(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    assert get_case_file_for(in_mundaka.citizen(in_mundaka.ane), case_file.reference) == case_file
    with pytest.raises(Http404):
        get_case_file_for(in_mundaka.citizen(in_mundaka.jon), case_file.reference)
    with pytest.raises(Http404):
        get_task_for(in_mundaka.citizen(in_mundaka.ane), open_task(case_file).pk)


def test_she_reads_it_in_her_folder_and_nobody_else_does(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        opened(cast)
    with reading_own(cast.ane.person_id):
        assert CaseFile.objects.count() == CaseEvent.objects.count() == 1
    with reading_own(cast.jon.person_id):
        assert not CaseFile.objects.exists() and not CaseEvent.objects.exists()


def test_a_role_of_another_kind_reads_no_file(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    for roles in (frozenset(), frozenset({Role.OPERATOR})):
        actor = replace(in_mundaka.clerk(), roles=roles)
        with pytest.raises(Http404):
            get_case_file_for(actor, case_file.reference)
        with pytest.raises(Http404):
            get_task_for(actor, open_task(case_file).pk)


def test_who_is_no_longer_a_party_writes_nothing_in_the_file(in_mundaka: Cast) -> None:
    case_file, ane = opened(in_mundaka), in_mundaka.citizen(in_mundaka.ane)
    today = local_today()
    CaseParty.objects.filter(case_file=case_file).update(valid_to=today)
    assert get_case_file_for(ane, case_file.reference) == case_file
    CaseParty.objects.filter(case_file=case_file).update(valid_to=today - timedelta(days=1))
    with pytest.raises(Http404):
        get_case_file_for(ane, case_file.reference)

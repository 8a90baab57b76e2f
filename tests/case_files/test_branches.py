"""Where a file leaves its template: parallel steps, steps sent back, added ones, hearings, lapses, silence, links."""

from datetime import timedelta

import pytest
from django.test import Client

from case_files.constants import AskKind, LinkKind, Outcome, State, StepState, TaskState
from case_files.models import CaseFile, CaseLink, CaseTask, CorrectionRequest
from case_files.services import (
    add_step,
    ask_correction,
    certify_silence,
    complete_task,
    lapse_corrections,
    linked,
    my_case_file,
    open_hearing,
    plain_status,
    receive_correction,
    relate,
    resolve,
    return_task,
    steps_back,
    suspend_for_report,
    warn_of_lapse,
    withdraw,
)
from case_files.services.workflow import find
from core.audit.models import AuditRow
from core.municipalities.models import Unit
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import DomainError, terms
from tests.cast import Cast

from .files import ITEM, TEXT, do, open_notifications, open_task, open_tasks, opened, walk_to


def codes(case_file: CaseFile) -> list[str]:
    return [task.step for task in open_tasks(case_file)]


def test_parallel_reports_are_open_together_and_wait_for_each_other(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    walk_to(case_file, "technical_report", in_mundaka.clerk())
    assert codes(case_file) == ["technical_report", "legal_report"]
    do(open_tasks(case_file)[1], in_mundaka.clerk())  # the second one first
    assert codes(case_file) == ["technical_report"]
    do(open_task(case_file), in_mundaka.clerk())
    assert codes(case_file) == ["proposal"]


def test_one_parallel_task_changes_unit_and_the_other_stays(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    walk_to(case_file, "technical_report", in_mundaka.clerk())
    other = Unit.objects.create(name="Idazkaritza", name_eu="Idazkaritza", name_es="Secretaría")
    legal = open_tasks(case_file)[1]
    CaseTask.objects.filter(pk=legal.pk).update(unit=other)
    do(open_tasks(case_file)[0], in_mundaka.clerk())
    legal.refresh_from_db()
    assert legal.unit == other and legal.state == TaskState.OPEN


def test_a_file_is_sent_back_to_an_earlier_step_and_comes_back(in_mundaka: Cast) -> None:
    task = walk_to(opened(in_mundaka), "proposal", in_mundaka.clerk())
    assert [row.step for row in steps_back(task)][:2] == ["legal_report", "technical_report"]
    back = return_task(task=task, to="check_docs", note="Planoa falta da", actor=in_mundaka.clerk())
    assert (back.step, back.note, back.assignee_id) == ("check_docs", "Planoa falta da", in_mundaka.miren.pk)
    do(back, in_mundaka.clerk())
    assert codes(task.case_file) == ["proposal"]  # what stood between stays done


def test_sent_back_from_one_of_two_parallel_steps_the_other_goes_on(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    technical = walk_to(case_file, "technical_report", in_mundaka.clerk())
    return_task(task=technical, to="check_docs", note="Planoa falta da", actor=in_mundaka.clerk())
    assert codes(case_file) == ["legal_report", "check_docs"]
    do(open_tasks(case_file)[0], in_mundaka.clerk())
    do(open_task(case_file), in_mundaka.clerk())
    assert codes(case_file) == ["technical_report"]


@pytest.mark.parametrize("parallel", [True, False])
def test_one_file_gets_a_step_of_its_own(in_mundaka: Cast, parallel: bool) -> None:
    case_file = opened(in_mundaka, "SIMP")
    add_step(case_file=case_file, code="inspection", parallel=parallel, actor=in_mundaka.clerk())
    assert codes(case_file) == (["check_docs", "inspection"] if parallel else ["inspection"])
    while len(codes(case_file)) > 1 or codes(case_file) == ["inspection"]:
        do(open_tasks(case_file)[-1], in_mundaka.clerk())
    assert codes(case_file) == ["check_docs"]


def test_a_decision_waits_for_an_added_report(in_mundaka: Cast) -> None:
    task = walk_to(opened(in_mundaka), "resolution", in_mundaka.clerk())
    add_step(case_file=task.case_file, code="environment_report", parallel=True, actor=in_mundaka.clerk())
    assert codes(task.case_file) == ["environment_report"]
    do(open_task(task.case_file), in_mundaka.clerk())
    assert codes(task.case_file) == ["resolution"]


def test_a_hearing_waits_for_the_parties_while_the_clock_runs(in_mundaka: Cast) -> None:
    task, ane = walk_to(opened(in_mundaka, "RPAT"), "hearing", in_mundaka.clerk()), in_mundaka.citizen(in_mundaka.ane)
    open_hearing(case_file=task.case_file, days=15, actor=in_mundaka.clerk())
    open_notifications(task.case_file, ane)
    case_file = CaseFile.objects.get()
    assert case_file.state == State.SUSPENDED and case_file.suspended_since is None
    receive_correction(case_file=case_file, data={"0": "Ez nago ados"}, key="h", actor=ane)
    assert codes(case_file) == ["proposal"]


def test_a_hearing_that_nobody_answers_ends_with_its_days(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    open_hearing(case_file=case_file, actor=in_mundaka.clerk())
    open_notifications(case_file, in_mundaka.citizen(in_mundaka.ane))
    due = CorrectionRequest.objects.get().due_on
    assert due and lapse_corrections(due) == 0 and lapse_corrections(due + timedelta(days=1)) == 1
    case_file.refresh_from_db()
    assert case_file.state == State.OPEN and codes(case_file) == ["check_docs"]
    assert (find(case_file, "hearing") or {})["state"] == StepState.DONE


def test_a_file_lapses_only_three_months_after_a_warning(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    with pytest.raises(DomainError, match="iraungitzen"):
        resolve(case_file=case_file, outcome=Outcome.LAPSED, text=TEXT, actor=in_mundaka.clerk())
    warn_of_lapse(case_file=case_file, text="Ekarri planoa", actor=in_mundaka.clerk())
    open_notifications(case_file, in_mundaka.citizen(in_mundaka.ane))
    case_file.refresh_from_db()
    assert case_file.suspended_since == terms.local_today()
    due = CorrectionRequest.objects.get().due_on
    assert due == terms.add_months(terms.local_today(), 3, towns=(case_file.municipality_id,))
    lapse_corrections(due + timedelta(days=1))
    resolve(case_file=case_file, outcome=Outcome.LAPSED, text=TEXT, actor=in_mundaka.clerk())
    open_notifications(case_file, in_mundaka.citizen(in_mundaka.ane))
    case_file.refresh_from_db()
    assert case_file.state == State.CLOSED and case_file.outcome == Outcome.LAPSED


def test_the_clock_stands_for_a_mandatory_report_and_goes_on_with_it(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    task = walk_to(case_file, "technical_report", in_mundaka.clerk())
    suspend_for_report(task=task, actor=in_mundaka.clerk())
    case_file.refresh_from_db()
    assert case_file.suspended_since and case_file.state == State.OPEN
    do(open_tasks(case_file)[1], in_mundaka.clerk())
    case_file.refresh_from_db()
    assert case_file.suspended_since  # the other report changes nothing
    do(task, in_mundaka.clerk())
    case_file.refresh_from_db()
    assert case_file.suspended_since is None and codes(case_file) == ["proposal"]


def test_a_correction_does_not_start_the_clock_that_a_report_holds(in_mundaka: Cast) -> None:
    case_file, ane = opened(in_mundaka), in_mundaka.citizen(in_mundaka.ane)
    task = walk_to(case_file, "technical_report", in_mundaka.clerk())
    suspend_for_report(task=task, actor=in_mundaka.clerk())
    ask_correction(case_file=case_file, items=ITEM, actor=in_mundaka.clerk())
    open_notifications(case_file, ane)
    receive_correction(case_file=case_file, data={"0": "Hona"}, key="c", actor=ane)
    case_file.refresh_from_db()
    assert case_file.suspended_since and case_file.state == State.OPEN
    lapse_corrections(terms.local_today() + timedelta(days=120))  # art. 22.1.d: three months at most
    case_file.refresh_from_db()
    assert case_file.suspended_since is None


@pytest.mark.parametrize(("silence", "word"), [("positive", "onartutzat"), ("negative", "ezetsitzat")])
def test_silence_is_certified_once(in_mundaka: Cast, silence: str, word: str) -> None:
    case_file = opened(in_mundaka, silence=silence)
    with pytest.raises(DomainError):
        certify_silence(case_file=case_file, actor=in_mundaka.clerk())
    CaseFile.objects.update(due_on=terms.local_today() - timedelta(days=1))
    document = certify_silence(case_file=case_file, actor=in_mundaka.clerk())
    assert word in document.context["text"]["eu"]
    with pytest.raises(DomainError):
        certify_silence(case_file=case_file, actor=in_mundaka.clerk())


def test_what_silence_granted_is_not_denied(in_mundaka: Cast) -> None:
    case_file = walk_to(opened(in_mundaka), "resolution", in_mundaka.clerk()).case_file
    CaseFile.objects.update(due_on=terms.local_today() - timedelta(days=1))
    with pytest.raises(DomainError, match=r"24\.3"):
        resolve(case_file=case_file, outcome=Outcome.DENIED, text=TEXT, actor=in_mundaka.clerk())
    resolve(case_file=case_file, outcome=Outcome.GRANTED, text=TEXT, actor=in_mundaka.clerk())


def test_nobody_is_asked_in_an_anonymous_report(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka, "INCI")
    case_file.parties.update(valid_to=terms.local_today() - timedelta(days=1))
    with pytest.raises(DomainError, match="izenik"):
        ask_correction(case_file=case_file, items=ITEM, actor=in_mundaka.clerk())
    assert codes(case_file) == ["act"]


def test_linked_files_show_each_other_to_whoever_may_open_both(in_mundaka: Cast) -> None:
    first, second = opened(in_mundaka), opened(in_mundaka, "CLAI")
    relate(case_file=first, other=second, kind=LinkKind.APPEALS, actor=in_mundaka.clerk())
    assert [(row.other, row.kind) for row in linked(second, in_mundaka.clerk())] == [(first, LinkKind.APPEALED)]
    with pytest.raises(DomainError):
        relate(case_file=second, other=first, kind=LinkKind.RELATED, actor=in_mundaka.clerk())
    audited = AuditRow.objects.filter(action="case_files.linked").values_list("object_id", "data__number")
    assert set(audited) == {(first.pk, second.reference), (second.pk, first.reference)}


def test_a_citizen_sees_only_links_to_her_own_files(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        first, second, third = opened(cast), opened(cast), opened(cast)
        third.parties.update(person=None)
        for other in (second, third):
            relate(case_file=first, other=other, kind=LinkKind.RELATED, actor=cast.clerk())
    with reading_own(cast.ane.person.pk):
        assert [row.other.reference for row in linked(first, cast.citizen(cast.ane))] == [second.reference]
    with reading_own(cast.jon.person.pk):
        assert not CaseLink.objects.exists()


@pytest.mark.parametrize("kind", [AskKind.CORRECTION, AskKind.HEARING, AskKind.WARNING])
def test_she_reads_what_the_file_waits_for_and_may_withdraw_meanwhile(in_mundaka: Cast, kind: AskKind) -> None:
    case_file, ane = opened(in_mundaka), in_mundaka.citizen(in_mundaka.ane)
    if kind == AskKind.CORRECTION:
        ask_correction(case_file=case_file, items=ITEM, actor=in_mundaka.clerk())
    elif kind == AskKind.HEARING:
        open_hearing(case_file=case_file, actor=in_mundaka.clerk())
    else:
        warn_of_lapse(case_file=case_file, text="Ekarri planoa", actor=in_mundaka.clerk())
    open_notifications(case_file, ane)
    said = plain_status(my_case_file(case_file.reference) or case_file)
    assert said
    withdraw(case_file=case_file, key="w", actor=ane)
    assert codes(case_file) == ["resolution"]


def test_the_page_of_a_file_with_parallel_tasks_leads_to_each(clerk_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast)
        walk_to(case_file, "technical_report", cast.clerk())
        legal = open_tasks(case_file)[1]
    address = f"/mundaka/eu/admin/case-files/{case_file.reference}/"
    page = clerk_client.get(f"{address}?task={legal.pk}")
    assert page.context["task"].pk == legal.pk and len(page.context["tasks"]) == 2
    sent = {"seen": page.context["file"].version, "task": legal.pk, "text_eu": "Txostena"}
    assert clerk_client.post(f"{address}report/", sent).status_code == 302
    with acting_for(cast.mundaka.pk):
        assert codes(case_file) == ["technical_report"]


def test_complete_refuses_a_file_that_waits(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    open_hearing(case_file=case_file, actor=in_mundaka.clerk())
    with pytest.raises(DomainError):
        complete_task(task=open_task(case_file), actor=in_mundaka.clerk())


def test_an_appeal_is_linked_to_the_file_of_hers_that_it_names(in_mundaka: Cast) -> None:
    first = opened(in_mundaka)
    appeal = opened(in_mundaka, "CLAI", appeals=f"Ebazpena, {first.reference.lower()} espedientea")
    assert [row.kind for row in linked(first, in_mundaka.clerk())] == [LinkKind.APPEALS]
    first.parties.update(person=None)
    assert not linked(opened(in_mundaka, "CLAI", appeals=first.reference), in_mundaka.clerk())
    assert linked(appeal, in_mundaka.clerk())

"""Every template of the catalogue reaches its end, granted and denied."""

import pytest

from case_files.constants import Outcome, State, StepState, TaskState
from case_files.models import CaseFile, CaseTask
from case_files.services.workflow import handlers
from core.municipalities.services import DomainError
from tests.cast import Cast

from .files import do, open_notifications, open_task, opened, templates, walk_to


def walk(case_file: CaseFile, cast: Cast, outcome: Outcome) -> CaseFile:
    for _ in range(40):
        case_file.refresh_from_db()
        if case_file.state in (State.CLOSED, State.WITHDRAWN):
            return case_file
        task = CaseTask.objects.filter(case_file=case_file, state=TaskState.OPEN).first()
        if task:
            do(task, cast.clerk(), outcome)
        else:
            assert open_notifications(case_file, cast.citizen(cast.ane)), case_file.step
    raise AssertionError(f"stuck at {case_file.step}")


@pytest.mark.parametrize("outcome", [Outcome.GRANTED, Outcome.DENIED])
@pytest.mark.parametrize("template", sorted(templates()))
def test_every_template_reaches_its_end(in_mundaka: Cast, template: str, outcome: Outcome) -> None:
    case_file = walk(opened(in_mundaka, template), in_mundaka, outcome)
    assert case_file.closed_at and not case_file.tasks.filter(state=TaskState.OPEN).exists()
    left = [step["code"] for step in case_file.workflow if step["state"] == StepState.TO_DO and not step["optional"]]
    assert not left


def test_what_only_a_grant_brings_is_passed_over_when_denied(in_mundaka: Cast) -> None:
    case_file = walk(opened(in_mundaka, "PADR"), in_mundaka, Outcome.DENIED)
    states = {step["code"]: step["state"] for step in case_file.workflow}
    assert states["census_update"] == states["ine_variation"] == StepState.SKIPPED


def test_a_registered_step_is_done_by_its_room_once_it_is_granted(
    in_mundaka: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setitem(handlers, "census_update", lambda file, task, actor: done.append(file.reference))
    monkeypatch.delitem(handlers, "ine_variation", raising=False)
    case_file = opened(in_mundaka, "PADR")
    do(walk_to(case_file, "resolution", in_mundaka.clerk()), in_mundaka.clerk())
    assert done == [case_file.reference]
    assert open_task(case_file).step == "ine_variation"  # nobody registered this one: a clerk's task


def test_what_the_room_refuses_is_not_resolved(in_mundaka: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise DomainError("no such dwelling")

    monkeypatch.setitem(handlers, "census_update", refuse)
    task = walk_to(opened(in_mundaka, "PADR"), "resolution", in_mundaka.clerk())
    with pytest.raises(DomainError, match="no such dwelling"):
        do(task, in_mundaka.clerk())
    task.case_file.refresh_from_db()
    assert not task.case_file.outcome


def test_what_the_room_leaves_to_a_person_is_her_task(in_mundaka: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(handlers, "census_update", lambda *_args: "Aukeratu etxebizitza")
    case_file = opened(in_mundaka, "PADR")
    do(walk_to(case_file, "resolution", in_mundaka.clerk()), in_mundaka.clerk())
    task = open_task(case_file)
    assert (task.step, task.words) == ("census_update", "Aukeratu etxebizitza")


def test_an_optional_step_is_done_when_it_is_asked_for(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka, "LICE")
    task = walk_to(case_file, "fee_settlement", in_mundaka.clerk())
    do(task, in_mundaka.clerk(), optional_next=["inspection"])
    assert open_task(case_file).step == "inspection"


def test_a_step_that_is_not_offered_is_refused(in_mundaka: Cast) -> None:
    task = open_task(opened(in_mundaka, "LICE"))
    with pytest.raises(DomainError):
        do(task, in_mundaka.clerk(), optional_next=["inspection"])
    with pytest.raises(DomainError):
        do(task, in_mundaka.clerk(), optional_next=["amendment"])

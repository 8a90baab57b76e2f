"""A file never gets stuck: every template, along every branch, ends closed and leaves no open task."""

import os
from datetime import timedelta
from itertools import product

import pytest
from django.utils.translation import override

from case_files.constants import AskKind, Outcome, State, StepState, TaskState
from case_files.models import CaseFile, CorrectionRequest
from case_files.reasons import step_sentences
from case_files.services import (
    add_step,
    addable,
    ask_correction,
    close,
    lapse_corrections,
    offered,
    open_hearing,
    plain_status,
    receive_correction,
    resolve,
    return_task,
    steps_back,
    warn_of_lapse,
    withdraw,
)
from case_files.services.workflow import CORRECTION, decides_later, mark, snapshot
from case_files.steps import rule_of
from core.municipalities.services import terms
from tests.cast import Cast

from .files import ITEM, TEXT, do, open_notifications, open_tasks, opened, templates

ALL = sorted(templates())
OPTIONAL = {
    name: [step.code for step in steps if step.optional and step.code != CORRECTION]
    for name, steps in templates().items()
}
MOST = 60  # steps of a walk: more means that it goes round


class Walk:
    """One file, walked by a clerk of every role and a citizen who opens what she gets."""

    def __init__(self, cast: Cast, template: str, **more: object) -> None:
        self.cast, self.clerk, self.ane = cast, cast.clerk(), cast.citizen(cast.ane)
        self.outcome = Outcome.GRANTED
        self.wanted: set[str] = set()
        self.last_first = False
        self.file = opened(cast, template, **more)
        self.stood: list[str] = []

    def step(self) -> bool:
        """Do one thing, whatever waits; False at the end."""
        self.file = CaseFile.objects.get(pk=self.file.pk)
        if self.file.state in (State.CLOSED, State.WITHDRAWN):
            return False
        tasks = [task for task in open_tasks(self.file) if task.step != CORRECTION]
        if self.file.state != State.SUSPENDED and tasks:
            task = tasks[-1 if self.last_first else 0]
            self.stood.append(task.step)
            task.case_file = self.file
            chosen = [step["code"] for step in offered(self.file) if step["code"] in self.wanted]
            do(task, self.clerk, self.outcome, **({"optional_next": chosen} if chosen else {}))
            return True
        assert open_notifications(self.file, self.ane), f"stuck at {self.file.step}: {self.file.workflow}"
        return True

    def to_the_end(self) -> CaseFile:
        for _ in range(MOST):
            if not self.step():
                break
        assert self.file.closed_at and not self.file.step, (self.file.state, self.stood)
        assert not self.file.tasks.filter(state=TaskState.OPEN).exists()
        left = [s["code"] for s in self.file.workflow if s["state"] == StepState.CHOSEN and s["code"] != CORRECTION]
        left += [s["code"] for s in self.file.workflow if s["state"] == StepState.TO_DO and not s["optional"]]
        assert not left
        return self.file

    def undecided(self) -> bool:
        return not self.file.outcome and self.file.state == State.OPEN


@pytest.mark.parametrize("outcome", [Outcome.PARTLY_GRANTED, Outcome.INADMISSIBLE])
@pytest.mark.parametrize("template", ALL)
def test_the_outcomes_that_the_plain_walk_leaves_out(in_mundaka: Cast, template: str, outcome: Outcome) -> None:
    walk = Walk(in_mundaka, template)
    walk.outcome = outcome
    walk.to_the_end()


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        (name, tuple(code for code, on in zip(codes, switches, strict=True) if on))
        for name, codes in OPTIONAL.items()
        for switches in product((True, False), repeat=len(codes))
        if any(switches)
    ],
)
def test_every_combination_of_optional_steps(in_mundaka: Cast, template: str, wanted: tuple[str, ...]) -> None:
    walk = Walk(in_mundaka, template)
    walk.wanted = set(wanted)
    walk.to_the_end()
    assert set(wanted) <= set(walk.stood)


@pytest.mark.parametrize("last_first", [False, True])
@pytest.mark.parametrize("template", ["LICE", "LICA"])
def test_parallel_steps_in_either_order(in_mundaka: Cast, template: str, last_first: bool) -> None:
    walk = Walk(in_mundaka, template)
    walk.last_first = last_first
    walk.to_the_end()


def interrupt(walk: Walk, branch: str) -> None:
    """Leave the template where the file stands; each branch only where the law lets it."""
    file, clerk = walk.file, walk.clerk
    today = terms.local_today()
    if branch in ("corrected", "not corrected"):
        ask_correction(case_file=file, items=ITEM, actor=clerk)
    elif branch in ("pleaded", "silent hearing"):
        open_hearing(case_file=file, actor=clerk)
    elif branch == "lapsed":
        warn_of_lapse(case_file=file, text="Ekarri", actor=clerk)
    elif branch == "withdrawn":
        withdraw(case_file=file, key=f"w{file.pk}", actor=walk.ane)
        walk.outcome = Outcome.WITHDRAWN
        return
    elif branch == "added":
        add_step(case_file=file, code=next(iter(addable(file))), parallel=True, actor=clerk)
        return
    elif branch == "sent back":
        task = open_tasks(file)[0]
        if steps_back(task):
            return_task(task=task, note="Berriro", actor=clerk)
        return
    open_notifications(file, walk.ane)
    if branch in ("corrected", "pleaded"):
        receive_correction(case_file=file, data={"0": "Hona"}, key=f"c{file.pk}", actor=walk.ane)
        return
    due = CorrectionRequest.objects.get(case_file=file).due_on
    lapse_corrections((due or today) + timedelta(days=1))
    if branch == "lapsed":
        resolve(case_file=file, outcome=Outcome.LAPSED, text=TEXT, actor=clerk)


BRANCHES = (
    "corrected",
    "not corrected",
    "pleaded",
    "silent hearing",
    "lapsed",
    "withdrawn",
    "added",
    "sent back",
)


def stops(template: str) -> int:
    """At how many of its tasks a file of this template can leave it."""
    rules = [rule_of(step.code) for step in templates()[template] if not step.optional]
    return max(1, sum(rule.kind in ("human", "effect") and not rule.after for rule in rules))


def sampled(template: str) -> list[tuple[str, int]]:
    """Each branch at one task and each task with one branch; every pair where EVERY_WALK is set: minutes."""
    count = stops(template)
    if os.environ.get("EVERY_WALK"):
        return list(product(BRANCHES, range(count)))
    first = ALL.index(template)
    return [(BRANCHES[(first + at) % len(BRANCHES)], at % count) for at in range(max(count, len(BRANCHES)))]


@pytest.mark.parametrize("template", ALL)
def test_every_branch_and_every_step(in_mundaka: Cast, template: str) -> None:
    """One file for each pair: the branch is taken at that task, and the walk goes on to its end."""
    for branch, place in sampled(template):
        walk = Walk(in_mundaka, template)
        for _ in range(place):
            walk.step()
        walk.file = CaseFile.objects.get(pk=walk.file.pk)
        if not walk.undecided() or not open_tasks(walk.file):
            continue  # decided already: nothing is asked, withdrawn or added any more
        if branch == "lapsed" and not decides_later(walk.file):
            close(case_file=walk.file, reason="Ez du aurrera egiten", actor=walk.clerk)
        else:
            interrupt(walk, branch)
        walk.to_the_end()


def test_every_kind_of_wait_is_walked() -> None:
    assert {kind.value for kind in AskKind} == {"correction", "hearing", "warning", "report"}


def test_every_step_has_its_sentence() -> None:
    known = step_sentences()
    assert {step.code for steps in templates().values() for step in steps} <= known.keys()


@pytest.mark.parametrize("language", ["eu", "es", "en"])
def test_every_state_and_step_is_said_in_one_plain_sentence(language: str) -> None:
    codes = set(step_sentences()) | {"", *State.values, *(outcome.value for outcome in Outcome)}
    with override(language):
        for template, steps in templates().items():
            file = CaseFile(workflow=snapshot(steps), due_on=terms.local_today())
            file.open_corrections = []  # type: ignore[attr-defined]
            for step in file.workflow:
                if step["optional"]:
                    mark(step, StepState.CHOSEN, terms.local_today())
                file.step = step["code"]
                for file.state, file.outcome in product(State.values, ("", *Outcome.values)):
                    said = plain_status(file)
                    assert said.endswith(".") and "_" not in said, (template, step, file.state)
                    assert said.rstrip(".") not in codes
                mark(step, StepState.DONE, terms.local_today())

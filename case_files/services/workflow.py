"""The steps of one case file: a snapshot of the template, walked from the first to the last."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, override

from case_files.constants import Outcome, StepKind, StepState
from case_files.models import CaseFile, CaseTask
from case_files.outputs import output_of
from case_files.steps import rule_of
from core.audit.services import Actor

Step = dict[str, Any]  # {code, optional, names, state, on}
# answers with nothing when it is done, or with what a person has to do there: the step then becomes her task
Handler = Callable[[CaseFile, CaseTask | None, Actor], str | None]
# step code → what the room that owns the data does there, once, in the same transaction
handlers: dict[str, Handler] = {}
NOTIFICATION = gettext_noop("Notification")
FAVOURABLE = (Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.ANSWERED)
ISSUE = "issue_output"  # before the end, where what the file ends with is more than its decision
CORRECTION = "amendment"  # not chosen as a next step: `ask_correction` begins it at any time


def register_step(code: str) -> Callable[[Handler], Handler]:
    """`@register_step("census_update")`: the step is then done by itself; a DomainError refuses what led to it."""

    def register(handler: Handler) -> Handler:
        handlers[code] = handler
        return handler

    return register


@dataclass(frozen=True)
class OpenedStep:
    """A step of the template, with its name as {eu, es, en}."""

    code: str
    names: dict[str, str]
    optional: bool = False


def snapshot(steps: Sequence[OpenedStep], *, output: str = "") -> list[Step]:
    """The template as the file will walk it.

    A step that only a decision can cause is put after it, and what is decided is notified also where the template
    does not say so (Ley 39/2015, art. 40.1).
    """
    codes = {step.code for step in steps}
    moved: dict[str, list[OpenedStep]] = {}
    kept = []
    for position, step in enumerate(steps):
        after = rule_of(step.code).after
        if after in codes and after not in {earlier.code for earlier in steps[:position]}:
            moved.setdefault(after, []).append(step)
        else:
            kept.append(step)
    ordered = [one for step in kept for one in (step, *moved.get(step.code, ()))]
    decided = max((at for at, step in enumerate(ordered) if rule_of(step.code).notifies), default=None)
    if decided is not None and "notify" not in {step.code for step in ordered[decided:]}:
        end = next((at for at, step in enumerate(ordered) if step.code == "close"), len(ordered))
        ordered.insert(end, OpenedStep("notify", in_languages(NOTIFICATION)))
    decides = any(rule_of(step.code).decides for step in ordered)
    if (made := output_of(output)) and (made.done or not decides):
        end = next((at for at, step in enumerate(ordered) if step.code == "close"), len(ordered))
        ordered.insert(end, OpenedStep(ISSUE, dict(made.names)))
    return [
        {"code": step.code, "optional": step.optional, "names": step.names, "state": StepState.TO_DO, "on": None}
        for step in ordered
    ]


def in_languages(message: str) -> dict[str, str]:
    """A message of ours in every language of the site."""
    names = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            names[language] = gettext(message)
    return names


def find(case_file: CaseFile, code: str) -> Step | None:
    return next((step for step in case_file.workflow if step["code"] == code), None)


def is_open(step: Step) -> bool:
    """Whether the walk still stops here."""
    return step["state"] == StepState.CHOSEN or (step["state"] == StepState.TO_DO and not step["optional"])


def is_refused(case_file: CaseFile) -> bool:
    """Whether the file ended without what was asked, so that what only a grant brings is passed over."""
    return bool(case_file.outcome) and case_file.outcome not in FAVOURABLE


def next_step(case_file: CaseFile) -> Step | None:
    """The first step that is still to be walked, or None at the end."""
    return next((step for step in case_file.workflow if is_open(step)), None)


def mark(step: Step, state: StepState, day: Any) -> None:
    step["state"], step["on"] = str(state), day.isoformat()


def offered(case_file: CaseFile) -> list[Step]:
    """Optional steps that may be asked for now: those that stand before the next one that a person must do."""
    return list(_offered(case_file))


def _offered(case_file: CaseFile) -> Iterator[Step]:
    passed_current = False
    for step in case_file.workflow:
        if step["code"] == case_file.step:
            passed_current = True
        elif step["optional"] and step["state"] == StepState.TO_DO and step["code"] != CORRECTION:
            yield step
        elif passed_current and is_open(step) and rule_of(step["code"]).kind in (StepKind.HUMAN, StepKind.EFFECT):
            return


def decides_later(case_file: CaseFile) -> bool:
    """Whether a decision is still to come."""
    return any(is_open(step) and rule_of(step["code"]).decides for step in case_file.workflow)

"""The steps of one case file: a snapshot of the template, walked from the first to the last."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, override

from case_files.constants import Outcome, StepKind, StepState
from case_files.models import CaseFile, CaseTask
from case_files.outputs import output_of
from case_files.steps import StepRule, rule_of
from core.audit.services import Actor
from core.identity.constants import Role

Step = dict[str, Any]  # {code, optional, names, state, on, group?, roles?, unit?, days?}
# of ours: a marked message, a lazy one, what says it anew in each language, or {eu, es, en}
Words = str | Promise | Callable[[], str] | Mapping[str, str]
# answers with nothing when it is done, or with what a person has to do there: the step then becomes her task
Handler = Callable[[CaseFile, CaseTask | None, Actor], Words | None]
# step code → what the room that owns the data does there, once, in the same transaction
handlers: dict[str, Handler] = {}
# answers with what is still missing before a person may tick the step off, in her language, or with None
Condition = Callable[[CaseFile], str | None]
conditions: dict[str, Condition] = {}
NOTIFICATION = gettext_noop("Notification")
FAVOURABLE = (Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.ANSWERED)
ISSUE = "issue_output"  # before the end, where what the file ends with is more than its decision
HEARING = "hearing"
CORRECTION = "amendment"  # not chosen as a next step: `ask_correction` begins it at any time


def register_step(code: str) -> Callable[[Handler], Handler]:
    """`@register_step("census_update")`: the step is then done by itself; a DomainError refuses what led to it."""

    def register(handler: Handler) -> Handler:
        handlers[code] = handler
        return handler

    return register


def register_condition(code: str) -> Callable[[Condition], Condition]:
    """`@register_condition("census_update")`: asked before a person's word is taken that the step is done."""

    def register(condition: Condition) -> Condition:
        conditions[code] = condition
        return condition

    return register


def what_lacks(case_file: CaseFile, code: str) -> str | None:
    """Why the step can't be ticked off yet, as the room that owns its effect says it."""
    return conditions[code](case_file) if code in conditions else None


@dataclass(frozen=True)
class OpenedStep:
    """A step of the template, with its name as {eu, es, en}.

    Steps of one `group`, side by side, are open at the same time, and the walk goes on when all are done. `roles`,
    `unit` (its id) and `days` are the town's own, in place of the step's rule and the file's unit.
    """

    code: str
    names: dict[str, str]
    optional: bool = False
    group: str = ""
    roles: Sequence[str] = ()
    unit: int | None = None
    days: int | None = None

    def as_kept(self) -> Step:
        """The step as a file keeps it."""
        step: Step = {"code": self.code, "optional": self.optional, "names": self.names}
        step |= {"state": StepState.TO_DO, "on": None}
        own = {"group": self.group, "roles": list(self.roles), "unit": self.unit, "days": self.days}
        return step | {name: value for name, value in own.items() if value}


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
    return [step.as_kept() for step in ordered]


def in_languages(words: Words) -> dict[str, str]:
    """Words of ours in every language of the site: what is kept is read by others than whoever acted."""
    if isinstance(words, Mapping):
        return dict(words)
    names = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            now = words() if callable(words) else words
            names[language] = gettext(now) if type(now) is str and now else str(now)
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


def front(case_file: CaseFile) -> list[Step]:
    """The steps that are to be walked now: one, or those that stand parallel; none at the end."""
    first = next_step(case_file)
    if first is None or not first.get("group"):
        return [first] if first else []
    return [step for step in case_file.workflow if step.get("group") == first["group"] and is_open(step)]


def is_parallel(case_file: CaseFile) -> bool:
    """Whether more than one step may be open at once."""
    return any(step.get("group") for step in case_file.workflow)


def rule_in(case_file: CaseFile, code: str) -> StepRule:
    """The step's rule, with the roles and days that the town has given it in this file's template."""
    rule, step = rule_of(code), find(case_file, code) or {}
    if step.get("roles"):
        rule = replace(rule, roles=tuple(Role(role) for role in step["roles"]))
    return replace(rule, days=step["days"]) if step.get("days") else rule


def mark(step: Step, state: StepState, day: Any) -> None:
    step["state"], step["on"] = str(state), day.isoformat()


def offered(case_file: CaseFile) -> list[Step]:
    """Optional steps that may be asked for now: those that stand before the next one that a person must do."""
    return list(_offered(case_file))


def _offered(case_file: CaseFile) -> Iterator[Step]:
    passed_current, now = False, {step["code"] for step in front(case_file)} | {case_file.step}
    for step in case_file.workflow:
        if step["code"] in now:
            passed_current = True
        elif step["optional"] and step["state"] == StepState.TO_DO and step["code"] != CORRECTION:
            yield step
        elif passed_current and is_open(step) and rule_of(step["code"]).kind in (StepKind.HUMAN, StepKind.EFFECT):
            return


def decides_later(case_file: CaseFile) -> bool:
    """Whether a decision is still to come."""
    return any(is_open(step) and rule_of(step["code"]).decides for step in case_file.workflow)

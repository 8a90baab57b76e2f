"""A town's workflow is the province's with a difference laid over it; here both are values, and nothing is stored.

The difference, `changes`, is JSON: {"steps": {code: {use?, roles?, unit?, days?, beside?}}, "added": [{code, after,
names}]}. `use` is `always` or `never` for an optional step; `beside` says whether a step is open at the same time as
the one before it. What a town does not say stays as the province has it, also when the province changes it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from case_files.constants import ActionForm, StepKind
from case_files.services import CORRECTION, OpenedStep, all_rules, in_reader_language, rule_of, snapshot
from core.identity.constants import Role

Step = dict[str, Any]  # {code, optional, names, group?, roles?, unit?, days?, added?}
Changes = Mapping[str, Any]
IsHeld = Callable[[Collection[str], int | None], bool]
ALWAYS, NEVER = "always", "never"
OWN = ("use", "roles", "unit", "days", "beside")
CLERKS = (Role.HANDLER, Role.SIGNATORY, Role.REGISTRAR, Role.CENSUS_OFFICER)
LONGEST = 365  # days of a step
# only a signatory does these, whoever else a town names (Ley 7/1985, art. 21)
SIGNED = (Role.SIGNATORY,)
_PLAIN = (ActionForm.CHECK, ActionForm.NOTE, ActionForm.REPORT)


def addable_steps() -> list[str]:
    """What a town may put in: steps of persons that neither decide, nor propose, nor charge."""
    return sorted(
        code
        for code, rule in all_rules().items()
        if rule.kind == StepKind.HUMAN and rule.form in _PLAIN and not rule.only_granted
    )


def merged(steps: Sequence[Mapping[str, Any]], changes: Changes) -> list[Step]:
    """The province's steps with the town's difference. What no longer fits is left out, never an error."""
    laid = [dict(step) | {"beside": _beside(steps, at)} for at, step in enumerate(steps)]
    for added in changes.get("added", ()):
        codes = [step["code"] for step in laid]
        if added["code"] in codes:
            continue
        at = codes.index(added["after"]) + 1 if added["after"] in codes else max(len(laid) - 1, 0)
        names = added.get("names") or {}
        # put in among parallel steps it is one of them
        beside = at < len(laid) and laid[at]["beside"]
        laid.insert(at, {"code": added["code"], "optional": False, "names": names, "beside": beside, "added": True})
    own: Mapping[str, Any] = changes.get("steps", {})
    laid = [step for step in laid if not (step["optional"] and own.get(step["code"], {}).get("use") == NEVER)]
    return _grouped([_with(step, own.get(step["code"], {})) for step in laid])


def _beside(steps: Sequence[Mapping[str, Any]], at: int) -> bool:
    group = steps[at].get("group")
    return bool(group) and at > 0 and steps[at - 1].get("group") == group


def _with(step: Step, own: Mapping[str, Any]) -> Step:
    more = {name: own[name] for name in ("roles", "unit", "days", "beside") if own.get(name) not in (None, [], "")}
    return step | more | ({"optional": False} if own.get("use") == ALWAYS else {})


def _grouped(steps: list[Step]) -> list[Step]:
    """Steps that stand beside each other get one group, named after the first."""
    for at, step in enumerate(steps):
        step.pop("group", None)
        if step.pop("beside") and at:
            first = steps[at - 1]
            step["group"] = first.setdefault("group", first["code"])
    return steps


def opened(steps: Sequence[Mapping[str, Any]]) -> list[OpenedStep]:
    """The steps as a case file takes them."""
    names = ("code", "names", "optional", "group", "roles", "unit", "days")
    return [OpenedStep(**{name: step[name] for name in names if name in step}) for step in steps]


def _anywhere(roles: Collection[str], unit: int | None) -> bool:
    return True


def faults(
    base: Sequence[Mapping[str, Any]], changes: Changes, *, units: Collection[int], is_held: IsHeld = _anywhere
) -> list[str]:
    """Why this difference can't be published, in the reader's language; empty where it can. `units` are the town's;
    `is_held(roles, unit)` says whether anybody has one of these roles there today."""
    steps = merged(base, changes)
    known = {step["code"] for step in base} | set(addable_steps())
    found = [
        _("“%(step)s” is not a known step.") % {"step": step["code"]} for step in steps if step["code"] not in known
    ]
    found += _faults_of_order(base, steps)
    for step in steps:
        found += [f"{_name(step)}: {fault}" for fault in _faults_of(step, units, is_held)]
    return found


def _faults_of_order(base: Sequence[Mapping[str, Any]], steps: Sequence[Step]) -> list[str]:
    codes, found = [step["code"] for step in steps], []
    if not codes or codes[-1] != base[-1]["code"]:
        found.append(_("The workflow must end as the province's does: nothing comes after the case file is closed."))
    added = [at for at, step in enumerate(steps) if step.get("added")]
    if added and "register_in" in codes and min(added) < codes.index("register_in"):
        found.append(_("No step comes before the request is entered in the registry."))
    if any(rule_of(step["code"]).decides for step in base) and not any(rule_of(code).decides for code in codes):
        found.append(_("The request must be decided (Law 39/2015, art. 21): a step that decides is missing."))
    walked = [step["code"] for step in snapshot(opened(steps))]
    decided = [at for at, code in enumerate(walked) if rule_of(code).notifies]
    if decided and "notify" not in walked[max(decided) :]:
        found.append(_("What is decided must be notified (Law 39/2015, art. 40): that step is missing."))
    return found


def _faults_of(step: Step, units: Collection[int], is_held: IsHeld) -> list[str]:
    rule, found = rule_of(step["code"]), []
    roles, unit = set(step.get("roles") or ()), step.get("unit")
    if rule.kind == StepKind.HUMAN and (roles or unit) and not is_held(roles or rule.roles, unit):
        found.append(
            _("nobody there has the role for it, and it would wait for ever: name another, or give somebody the role.")
        )
    if roles - {str(role) for role in CLERKS}:
        found.append(_("it names a role that does not exist."))
    if roles and rule.roles == SIGNED and roles != {str(Role.SIGNATORY)}:
        found.append(_("only who signs for the town hall may do it."))
    if unit and unit not in units:
        found.append(_("its unit is not one of this town hall's."))
    if step.get("days") is not None and not 1 <= step["days"] <= LONGEST:
        found.append(_("its days must be between 1 and 365."))
    if step.get("group") and (rule.kind != StepKind.HUMAN or rule.form not in _PLAIN or step["code"] == CORRECTION):
        found.append(_("it can't be done at the same time as another step."))
    return found


def _name(step: Step) -> str:
    return in_reader_language(step["names"]) or str(step["code"])

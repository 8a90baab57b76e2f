"""What clerks do with tasks: take, give, send back, finish. Every verb locks the file first (see `base`)."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from case_files.constants import ActionForm, State, StepKind, StepState, TaskState
from case_files.models import CaseEvent, CaseFile, CaseTask
from case_files.querysets import colleagues
from case_files.steps import StepRule, rule_of
from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.models import User
from core.identity.rights import require
from core.identity.services import roles_in, valid_memberships
from core.municipalities.models import Unit
from core.municipalities.services import DomainError, terms

from .base import audit, event, live, lock, save, write
from .engine import WALK_FIELDS, advance, end_task, finish_step, open_task
from .workflow import CORRECTION, find, mark, offered, rule_in, what_lacks

# who sends a case file from one unit to another
ROUTERS = (Role.HANDLER, Role.CENSUS_OFFICER, Role.REGISTRAR, Role.TOWN_ADMINISTRATOR)
# who sees that a file goes on: each unit that is given files has one, who gives any of their tasks to whom it fits
HANDLERS = (Role.HANDLER, Role.CENSUS_OFFICER)
PLAIN_FORMS = (ActionForm.CHECK, ActionForm.NOTE)


def givers(task: CaseTask) -> tuple[Role, ...]:
    """Who may give a task to somebody, or to another unit."""
    return (*rule_in(task.case_file, task.step).roles, *HANDLERS, Role.TOWN_ADMINISTRATOR)


@transaction.atomic
def take(*, task: CaseTask, actor: Actor, seen: int | None = None) -> CaseTask:
    """Make the task yours, also when it was a colleague's; the history says so."""
    require(actor, *rule_in(task.case_file, task.step).roles, Role.TOWN_ADMINISTRATOR)
    return _hand_over(task, actor.user_id, "taken", actor=actor, seen=seen)


@transaction.atomic
def assign(*, task: CaseTask, to: User, note: str = "", actor: Actor, seen: int | None = None) -> CaseTask:
    """Give the task to a clerk of the town whose role fits the step; the note tells her why. No term changes."""
    roles = roles_in(to.pk, task.municipality_id or 0) if to.is_active else frozenset()
    if roles.isdisjoint(rule_in(task.case_file, task.step).roles):
        raise DomainError(lacks_role(to), field="to")
    return _hand_over(task, to.pk, "assigned", actor=actor, seen=seen, name=str(to), note=note)


@transaction.atomic
def hand_to_unit(*, task: CaseTask, unit: Unit, note: str, actor: Actor, seen: int | None = None) -> CaseTask:
    """Hand one task to another unit, where nobody has taken it yet. The file stays in its own, and no term changes.

    Refused where nobody of that unit may do the step: the task would wait there for ever.
    """
    case_file, task = hold(task, seen=seen)
    rule = rule_in(case_file, task.step)
    require(actor, *givers(task))
    if unit.pk == task.unit_id:
        raise DomainError(_("The task is already in that unit. Choose another one."), field="unit")
    if not colleagues(task.municipality_id or 0, rule.roles, unit=unit).exists():
        raise DomainError(nobody_there(unit), field="unit")
    if not note.strip():
        raise DomainError(_("Say why, so that your colleagues know what to do."), field="text")
    task.unit, task.assignee, task.note = unit, None, _with_note(task, note)
    task.save(update_fields=["unit", "assignee", "note"])
    save(case_file)
    params = {"step": task.step, "names": names_of(case_file, task.step), "unit": unit_in_languages(unit), "text": note}
    write(case_file, "task_handed", actor=actor, public=False, params=params, reason=note)
    return task


def lacks_role(to: User) -> str:
    """Why a task can't be given to somebody."""
    return _("%(name)s does not have the role that this step needs. Choose another person.") % {"name": to}


def nobody_there(unit: Unit) -> str:
    """Why a task can't be handed to a unit."""
    return _("Nobody of the unit “%(unit)s” may do this step. Choose another one.") % {"unit": unit}


def nobody_handles(unit: Unit) -> str:
    """Why a case file can't be sent to a unit."""
    return _("Nobody of the unit “%(unit)s” handles case files. Choose another one.") % {"unit": unit}


def unit_in_languages(unit: Unit) -> dict[str, str]:
    """The unit's name as the history keeps it."""
    return {"eu": unit.name_eu, "es": unit.name_es, "en": unit.name_en}  # type: ignore[attr-defined]


def _with_note(task: CaseTask, note: str) -> str:
    """What the task says already stays: it may be what there is to do."""
    return "\n".join(filter(None, (task.note, note.strip())))


@transaction.atomic
def release(*, task: CaseTask, actor: Actor, seen: int | None = None) -> CaseTask:
    """Give the task back to its unit: nobody has it."""
    return _hand_over(task, None, "released", actor=actor, seen=seen)


def _hand_over(
    task: CaseTask,
    user_id: int | None,
    code: str,
    *,
    actor: Actor,
    seen: int | None,
    name: str = "",
    note: str = "",
) -> CaseTask:
    case_file, task = hold(task, seen=seen)
    require(actor, *givers(task))
    if task.assignee_id == user_id:
        return task
    task.assignee_id, task.note = user_id, _with_note(task, note)
    task.save(update_fields=["assignee", "note"])
    save(case_file)
    params = {"step": task.step, "names": names_of(case_file, task.step), "name": name, "text": note}
    write(case_file, code, actor=actor, public=False, params=params, reason=note)
    return task


@transaction.atomic
def reassign_unit(*, case_file: CaseFile, unit: Unit, note: str = "", actor: Actor, seen: int | None = None) -> None:
    """Send the file, with its open tasks, to another unit of the town; nobody there has taken it yet."""
    require(actor, *ROUTERS)
    case_file = lock(case_file, seen=seen)
    live(case_file)
    if unit.pk == case_file.unit_id:
        raise DomainError(_("The case file is already in that unit. Choose another one."), field="unit")
    if not colleagues(case_file.municipality_id or 0, HANDLERS, unit=unit).exists():
        raise DomainError(nobody_handles(unit), field="unit")
    before, case_file.unit = case_file.unit_id, unit
    save(case_file, "unit")
    # a parallel task that another unit does stays there
    tasks = CaseTask.objects.filter(case_file=case_file, state=TaskState.OPEN).filter(
        Q(unit=before) | Q(unit=unit) | Q(unit=None)
    )
    tasks.update(unit=unit, assignee=None)
    params = {"names": unit_in_languages(unit), "text": note}
    write(case_file, "unit_changed", actor=actor, public=False, params=params, reason=note)


@transaction.atomic
def complete_task(
    *,
    task: CaseTask,
    note: str = "",
    nothing_changes: bool = False,
    optional_next: Collection[str] = (),
    actor: Actor,
    seen: int | None = None,
) -> CaseFile:
    """Finish a step that leaves no document: a check, a fact to note. `optional_next` are codes of offered steps.

    A step whose effect is not there yet is refused, unless the clerk says that `nothing_changes`, and in the note why.
    """
    case_file, task, rule = begin(task, actor=actor, seen=seen)
    if rule.kind == StepKind.HUMAN and rule.form not in PLAIN_FORMS:
        raise DomainError(_("This step needs its document: write it first."), code="needs_document")
    lack = what_lacks(case_file, task.step)
    if lack and not nothing_changes:
        raise DomainError(lack, field="nothing_changes", code="no_effect")
    if lack and not note.strip():
        raise DomainError(_("Say why nothing changes: it stays in the history."), field="note")
    code = "step_unchanged" if lack else "step_done"
    go_on(case_file, task, note=note, optional_next=optional_next, code=code, actor=actor)
    return case_file


def steps_back(task: CaseTask) -> list[CaseTask]:
    """The steps that a task may be sent back to, as they were done last: the nearest first, and no decision."""
    case_file = task.case_file
    order = [step["code"] for step in case_file.workflow]
    group = (find(case_file, task.step) or {}).get("group")
    if case_file.outcome or task.step not in order:
        return []
    done = CaseTask.objects.filter(case_file=case_file, state=TaskState.DONE).order_by("done_at", "pk")
    last = {row.step: row for row in done if row.step in order and row.step not in (task.step, CORRECTION)}
    here = order.index(task.step)
    earlier = [code for code in last if order.index(code) < here and _group(case_file, code) != (group or "")]
    siblings = [code for code in last if group and _group(case_file, code) == group]
    return [last[code] for code in (*sorted(earlier, key=order.index, reverse=True), *siblings)]


def _group(case_file: CaseFile, code: str) -> str | None:
    """The parallel group of a step, None where it has none."""
    return (find(case_file, code) or {}).get("group")


@transaction.atomic
def return_task(*, task: CaseTask, note: str, to: str = "", actor: Actor, seen: int | None = None) -> CaseTask:
    """Send the file back to an earlier step, by default the one before, to whoever did it; the note says what is
    missing. What stands between stays done: mended, the file comes back here. A slip is undone so.

    What was decided, and what a citizen has been told, is never undone.
    """
    case_file, task, _rule = begin(task, actor=actor, seen=seen)
    back = [row for row in steps_back(task) if to in ("", row.step)]
    if not back or (step := find(case_file, back[0].step)) is None:
        raise DomainError(_("There is no step to go back to."), code="no_step_back")
    before = back[0]
    if not note.strip():
        raise DomainError(_("Say what is missing, so that your colleague knows what to do."), field="note")
    end_task(task, actor=actor, state=TaskState.RETURNED, note=note)
    mark(step, StepState.CHOSEN if step["optional"] else StepState.TO_DO, terms.local_today())
    case_file.step = before.step
    save(case_file, "workflow", "step")
    params = {"step": before.step, "names": step["names"], "text": note}
    write(case_file, "returned", actor=actor, public=False, params=params)
    return open_task(case_file, before.step, assignee_id=before.done_by_id, note=note)


def hold(task: CaseTask, *, seen: int | None = None) -> tuple[CaseFile, CaseTask]:
    """Lock the file and its task, and refuse a task that is done already."""
    case_file = lock(task.case_file, seen=seen)
    held: CaseTask = CaseTask.objects.select_for_update(of=("self",)).select_related("assignee").get(pk=task.pk)
    live(case_file)
    if held.state != TaskState.OPEN:
        raise DomainError(_("This step is already done."), code="done")
    held.case_file = case_file
    return case_file, held


def begin(task: CaseTask, *, actor: Actor, seen: int | None = None) -> tuple[CaseFile, CaseTask, StepRule]:
    """What each verb that finishes a step does first: lock, right, and that nobody else has the task."""
    case_file, task = hold(task, seen=seen)
    rule = rule_in(case_file, task.step)
    require(actor, *rule.roles)
    if case_file.state == State.SUSPENDED:
        raise DomainError(_("The case file is waiting for what the citizen was asked for."), code="suspended")
    if task.assignee_id not in (None, actor.user_id) and task.assignee_id not in stands_in_for(actor):
        raise DomainError(
            _("%(name)s has this task. Take it first, or ask for it.") % {"name": task.assignee}, code="not_yours"
        )
    return case_file, task, rule


def go_on(
    case_file: CaseFile,
    task: CaseTask,
    *,
    note: str = "",
    optional_next: Collection[str] = (),
    code: str = "step_done",
    params: dict[str, object] | None = None,
    events: Sequence[CaseEvent] = (),
    actor: Actor,
    **links: object,
) -> None:
    """Finish the task's step, put in the optional ones that were asked for, and walk on."""
    choose(case_file, optional_next)
    end_task(task, actor=actor, note=note)
    finish_step(case_file, task.step)
    params = {"step": task.step, "names": names_of(case_file, task.step)} | (params or {})
    seen_by_citizen = rule_of(task.step).citizen_sees
    lines = [event(case_file, code, actor=actor, public=seen_by_citizen, params=params, **links)]
    if note.strip():
        lines.append(event(case_file, "note", actor=actor, public=False, params={"text": note}))
    audit(case_file, code, actor=actor, data={"step": task.step})
    lines += [*events, *advance(case_file, actor=actor)]
    save(case_file, *WALK_FIELDS, "outcome", "resolved_at", "fee_cents")
    CaseEvent.objects.bulk_create(lines)


def choose(case_file: CaseFile, codes: Collection[str]) -> None:
    """Mark offered steps as asked for; one that is not offered is refused."""
    steps = {step["code"]: step for step in offered(case_file)}
    for code in codes:
        if code not in steps or code == CORRECTION:
            raise DomainError(_("This step can't be added now."), field="optional_next")
        mark(steps[code], StepState.CHOSEN, terms.local_today())


def names_of(case_file: CaseFile, code: str) -> dict[str, str]:
    step = find(case_file, code)
    return step["names"] if step else {}


def stands_in_for(actor: Actor) -> frozenset[int]:
    """The colleagues whose work the clerk does today (their substitution is dated)."""
    rows = valid_memberships(actor.user_id or 0, actor.municipality_id or 0).exclude(substitutes=None)
    return frozenset(rows.values_list("substitutes", flat=True))


def may_do(actor: Actor, task: CaseTask) -> bool:
    """Whether the clerk's roles fit the task's step."""
    return actor.is_clerk and not actor.roles.isdisjoint(rule_in(task.case_file, task.step).roles)

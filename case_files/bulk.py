"""One action for many tasks: what it would do to each, why it can't be done to some, and the verb that does it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit.services import Actor
from core.identity.models import User
from core.identity.services import roles_in
from core.municipalities.models import Unit

from . import services
from .constants import ActionForm, State, StepKind
from .models import CaseTask
from .querysets import colleagues, roles_within
from .services.handling import HANDLERS, ROUTERS, givers, lacks_role, nobody_handles, nobody_there
from .services.workflow import rule_in

REASON = gettext_lazy("Reason")
ONE_BY_ONE = gettext_lazy("It is discreet: hand it over from its own page.")


class Target(forms.Form):
    """Whom or where the tasks go; some actions ask for neither."""

    def __init__(self, act: "BulkAct", data: Any, municipality_id: int) -> None:
        super().__init__(data)
        fields: Any = {
            "to": forms.ModelChoiceField(
                label=_("Person"),
                queryset=colleagues(municipality_id),
                error_messages={"required": _("Choose the person you give the tasks to.")},
            ),
            "unit": forms.ModelChoiceField(
                label=_("Unit"),
                queryset=units_of(municipality_id),
                error_messages={"required": _("Choose the unit.")},
            ),
        }
        self.fields = {name: one for name, one in fields.items() if name == act.target}


class Words(forms.Form):
    """What is written in each file with it."""

    def __init__(self, act: "BulkAct", data: Any) -> None:
        super().__init__(data)
        self.fields["text"] = forms.CharField(
            label=act.asks,
            help_text=_("It stays in the history of each case file. Only clerks read it."),
            widget=forms.Textarea(attrs={"rows": 3}),
            required=act.needs_words,
            max_length=5000 if act.code == "note" else 300,
        )


@dataclass(frozen=True)
class Choice:
    """What was chosen besides the tasks, with what it takes to judge each of them: read once, not once a task."""

    actor: Actor
    to: User | None = None
    unit: Unit | None = None
    stands_in: frozenset[int] = frozenset()
    roles_there: frozenset[str] = frozenset()  # of the person, or of whoever works in the unit
    files: set[int] = field(default_factory=set)  # those that an earlier task of the list brings along


def choice_of(actor: Actor, target: dict[str, Any]) -> Choice:
    """The choice of this clerk; at most two statements."""
    to, unit, roles = target.get("to"), target.get("unit"), frozenset[str]()
    town = actor.municipality_id or 0
    if to is not None:
        roles = frozenset(roles_in(to.pk, town))
    elif unit is not None:
        roles = roles_within(town, unit)
    return Choice(actor, to, unit, services.stands_in_for(actor), roles)


@dataclass(frozen=True)
class BulkAct:
    """`refusal` says why a task is left out, or None; `run` gets task, choice, words and the version that was shown."""

    code: str
    label: Any
    effect: Any
    refusal: Callable[[CaseTask, Choice], str | None]
    run: Callable[[CaseTask, Choice, str, int | None], object]
    target: str = ""  # the field of `Target` that it asks for
    asks: Any = REASON
    needs_words: bool = False
    takes_words: bool = True
    once_a_file: bool = False


def units_of(municipality_id: int) -> Any:
    return Unit.objects.filter(municipality_id=municipality_id, active=True).order_by("pk")


def refused(act: BulkAct, task: CaseTask, choice: Choice) -> str | None:
    """Why it can't be done to this task, in the reader's language."""
    if act.once_a_file and task.case_file_id in choice.files:
        return _("Its case file is in the list already.")
    why = act.refusal(task, choice)
    if why is None:
        choice.files.add(task.case_file_id)
    return why


def _by_role(task: CaseTask) -> str:
    roles = ", ".join(str(role.label) for role in rule_in(task.case_file, task.step).roles)
    return _("This step is done by: %(roles)s.") % {"roles": roles}


def _take(task: CaseTask, choice: Choice) -> str | None:
    if not services.may_do(choice.actor, task):
        return _by_role(task)
    if task.assignee_id == choice.actor.user_id:
        return _("It is yours already.")
    if task.assignee_id:
        return _("%(name)s has it. If you must, take it on its own page.") % {"name": task.assignee}
    return None


def _may_hand_over(task: CaseTask, choice: Choice) -> str | None:
    if choice.actor.roles.isdisjoint(givers(task)):
        return _by_role(task)
    return str(ONE_BY_ONE) if task.case_file.discreet else None


def _assign(task: CaseTask, choice: Choice) -> str | None:
    if why := _may_hand_over(task, choice):
        return why
    if choice.to and task.assignee_id == choice.to.pk:
        return _("%(name)s has it already.") % {"name": choice.to}
    if choice.to and choice.roles_there.isdisjoint(rule_in(task.case_file, task.step).roles):
        return lacks_role(choice.to)
    return None


def _to_unit(task: CaseTask, choice: Choice) -> str | None:
    if why := _may_hand_over(task, choice):
        return why
    if choice.unit and task.unit_id == choice.unit.pk:
        return _("It is in that unit already.")
    if choice.unit and choice.roles_there.isdisjoint(rule_in(task.case_file, task.step).roles):
        return nobody_there(choice.unit)
    return None


def _whole_file(task: CaseTask, choice: Choice) -> str | None:
    if choice.actor.roles.isdisjoint(ROUTERS):
        return _("Your role does not send case files from one unit to another.")
    if task.case_file.discreet:
        return str(ONE_BY_ONE)
    if choice.unit and task.case_file.unit_id == choice.unit.pk:
        return _("It is in that unit already.")
    if choice.unit and choice.roles_there.isdisjoint(HANDLERS):
        return nobody_handles(choice.unit)
    return None


def _complete(task: CaseTask, choice: Choice) -> str | None:
    rule = rule_in(task.case_file, task.step)
    if not services.may_do(choice.actor, task):
        return _by_role(task)
    if task.case_file.state == State.SUSPENDED:
        return _("The case file is waiting for what the citizen was asked for.")
    if task.assignee_id not in (None, choice.actor.user_id, *choice.stands_in):
        return _("%(name)s has it. If you must, take it on its own page.") % {"name": task.assignee}
    if rule.kind == StepKind.SYSTEM or rule.form != ActionForm.CHECK:
        return _("This step needs words of its own: do it on its page.")
    return services.what_lacks(task.case_file, task.step)


def _to_person(task: CaseTask, choice: Choice, text: str, seen: int | None) -> object:
    assert choice.to is not None  # the form has looked
    return services.assign(task=task, to=choice.to, note=text, actor=choice.actor, seen=seen)


def _over(task: CaseTask, choice: Choice, text: str, seen: int | None) -> object:
    assert choice.unit is not None
    return services.hand_to_unit(task=task, unit=choice.unit, note=text, actor=choice.actor, seen=seen)


def _route(task: CaseTask, choice: Choice, text: str, seen: int | None) -> object:
    assert choice.unit is not None
    file = task.case_file
    return services.reassign_unit(case_file=file, unit=choice.unit, note=text, actor=choice.actor, seen=seen)


ACTS = {
    act.code: act
    for act in (
        BulkAct(
            "take",
            gettext_lazy("Take the tasks"),
            gettext_lazy("The tasks become yours; it has no effect for the citizens."),
            _take,
            lambda task, choice, text, seen: services.take(task=task, actor=choice.actor, seen=seen),
            takes_words=False,
        ),
        BulkAct(
            "assign",
            gettext_lazy("Give the tasks to somebody"),
            gettext_lazy("The person sees them among hers; no term changes."),
            _assign,
            _to_person,
            target="to",
        ),
        BulkAct(
            "hand",
            gettext_lazy("Hand the tasks to another unit"),
            gettext_lazy("Only these tasks go there; the case files stay in their units. No term changes."),
            _to_unit,
            _over,
            target="unit",
            needs_words=True,
        ),
        BulkAct(
            "route",
            gettext_lazy("Send the case files to another unit"),
            gettext_lazy("Each case file goes there with its tasks, and what comes after. No term changes."),
            _whole_file,
            _route,
            target="unit",
            once_a_file=True,
        ),
        BulkAct(
            "complete",
            gettext_lazy("Mark the checks as done"),
            gettext_lazy("Each case file goes on to its next step."),
            _complete,
            lambda task, choice, text, seen: services.complete_task(
                task=task, note=text, actor=choice.actor, seen=seen
            ),
            asks=gettext_lazy("Note"),
        ),
        BulkAct(
            "note",
            gettext_lazy("Add a note to the case files"),
            gettext_lazy("The same note is written in each of them. Only clerks read it."),
            lambda task, choice: None,
            lambda task, choice, text, seen: services.add_note(
                case_file=task.case_file, text=text, actor=choice.actor, seen=seen
            ),
            asks=gettext_lazy("Note"),
            needs_words=True,
            once_a_file=True,
        ),
    )
}


def sorted_out(act: BulkAct, tasks: Iterable[CaseTask], choice: Choice) -> tuple[list[CaseTask], dict[int, str]]:
    """The tasks that it can be done to, and why not to the others: id → sentence."""
    tasks = list(tasks)
    why = {task.pk: reason for task in tasks if (reason := refused(act, task, choice))}
    return [task for task in tasks if task.pk not in why], why

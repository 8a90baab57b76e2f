"""What each step of a workflow is: who does it, how, and within how many working days. The table is data."""

from dataclasses import dataclass
from functools import cache

from core.identity.constants import Role

from .constants import ActionForm, StepKind
from .tables import Line, table


@dataclass(frozen=True)
class StepRule:
    """One line of step_roles.csv. `days` are working days from the task's opening; `after` names a step it follows."""

    code: str
    kind: StepKind = StepKind.HUMAN
    roles: tuple[Role, ...] = (Role.HANDLER,)
    form: ActionForm = ActionForm.NOTE
    days: int | None = None
    only_granted: bool = False
    after: str = ""
    citizen_sees: bool = False
    notifies: bool = False  # what is decided here is notified in law, and leaves through the exit book

    @property
    def decides(self) -> bool:
        """Whether the file is decided at this step."""
        return self.kind == StepKind.HUMAN and self.form in (ActionForm.RESOLUTION, ActionForm.ANSWER)


@cache
def all_rules() -> dict[str, StepRule]:
    return table("step_roles", _rule)


def _rule(line: Line) -> StepRule:
    return StepRule(
        code=line["code"],
        kind=StepKind(line["kind"]),
        roles=tuple(Role(role) for role in line["roles"].split()),
        form=ActionForm(line["form"] or ActionForm.NOTE),
        days=int(line["days"]) if line["days"] else None,
        only_granted=bool(line["only_granted"]),
        after=line["after"],
        citizen_sees=bool(line["citizen_sees"]),
        notifies=line["told"] == "legal",
    )


def rule_of(code: str) -> StepRule:
    """The rule of a step; one that the table does not know is a handler's note."""
    return all_rules().get(code) or StepRule(code)

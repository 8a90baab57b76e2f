"""A town's changes over a definition of the province that may be newer than the one they were made for."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from .checking import check
from .differences import Change, Definition, apply

PROVINCES_OWN = ("name", "type", "locked")  # what answers are read by, and what the law asks


@dataclass
class Fitted:
    """What became of each change: `kept` is in the definition, the others are not."""

    definition: Definition
    kept: list[Change] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)  # both have changed it, or it would break the form
    gone: list[Change] = field(default_factory=list)  # its question is no more, or the province says the same now

    @property
    def is_whole(self) -> bool:
        return not self.conflicts and not self.gone


def fit(base: Definition, changes: Iterable[Change], *, insist: Collection[int] = ()) -> Fitted:
    """Make the changes that still fit. `insist`: positions of changes that hold although the province has changed the
    same thing; what a town may not do, or would break the form, is never made."""
    fitted, wanted = Fitted(base), list[Change]()
    questions = {question["name"]: question for question in base["fields"]}
    own = {change["field"] for change in changes if change["op"] == "add"}
    for at, change in enumerate(changes):
        standing = _standing(change, questions, own)
        if standing == "forbidden" or (standing == "conflict" and at not in insist):
            fitted.conflicts.append(change)
        elif standing == "gone":
            fitted.gone.append(change)
        else:
            wanted.append(change)
    flaws = {problem.key for problem in check(base)}
    fitted.definition = apply(wanted, base)
    if _is_sound(fitted.definition, flaws):
        fitted.kept = wanted
        return fitted
    fitted.definition = base
    for change in wanted:
        tried = apply([change], fitted.definition)
        if _is_sound(tried, flaws):
            fitted.definition = tried
            fitted.kept.append(change)
        else:
            fitted.conflicts.append(change)
    return fitted


def _is_sound(definition: Definition, flaws: set[tuple[str, str]]) -> bool:
    return all(problem.key in flaws for problem in check(definition))


def _standing(change: Change, questions: dict[str, dict[str, object]], own: set[str]) -> str:
    question = questions.get(change["field"])
    if change["op"] == "add":
        return "fits" if question is None else "gone" if question == change["question"] else "forbidden"
    if question is None:
        return "gone"
    if change["op"] == "hide":
        return "forbidden" if question["required"] or question.get("locked") else "fits"
    if change["op"] == "move":
        return "fits" if change["after"] in {"", *questions, *own} else "gone"
    key = change["key"]
    if question.get(key) == change["value"]:
        return "gone"
    if key in PROVINCES_OWN or (key == "required" and question.get("locked") and not change["value"]):
        return "forbidden"
    return "fits" if question.get(key) == change["was"] else "conflict"

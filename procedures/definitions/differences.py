"""The difference between two definitions as a list of small operations on named questions, and back again.

`{"op": "hide", "field"}` · `{"op": "set", "field", "key", "was", "value"}` · `{"op": "add", "question", "field",
"after"}` · `{"op": "move", "field", "after"}`. `after` names the question before it, or is empty at the beginning. They
name questions and never positions, so that they can still be read over a definition that has changed.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

Question = dict[str, Any]
Definition = dict[str, Any]
Change = dict[str, Any]


def diff(base: Definition, edited: Definition) -> list[Change]:
    """What turns the questions of `base` into those of `edited`; the names within each are unique."""
    old = {question["name"]: question for question in base["fields"]}
    new = {question["name"]: question for question in edited["fields"]}
    changes: list[Change] = [{"op": "hide", "field": name} for name in old if name not in new]
    staying = _longest_in_order([name for name in new if name in old], list(old))
    before = ""
    for name, question in new.items():
        if name not in old:
            changes.append({"op": "add", "field": name, "after": before, "question": question})
        else:
            if name not in staying:
                changes.append({"op": "move", "field": name, "after": before})
            changes += [
                {"op": "set", "field": name, "key": key, "was": old[name].get(key), "value": question.get(key)}
                for key in {**old[name], **question}
                if old[name].get(key) != question.get(key)
            ]
        before = name
    return changes


def apply(changes: Iterable[Change], base: Definition) -> Definition:
    """`base` with the changes made, in their order; one that names what is not there does nothing."""
    fields: list[Question] = list(base["fields"])
    for change in changes:
        at = _position(fields, change["field"])
        if change["op"] == "add":
            if at is None:
                _insert(fields, change["question"], change["after"])
        elif at is None:
            continue
        elif change["op"] == "hide":
            del fields[at]
        elif change["op"] == "move":
            _insert(fields, fields.pop(at), change["after"])
        else:
            fields[at] = {**fields[at], change["key"]: change["value"]}
    return {**base, "fields": fields}


def _position(fields: Sequence[Question], name: str) -> int | None:
    return next((at for at, question in enumerate(fields) if question["name"] == name), None)


def _insert(fields: list[Question], question: Question, after: str) -> None:
    """After the named question; where that is gone, at the end of its page."""
    at = _position(fields, after) if after else -1
    if at is None:
        at = max((n for n, one in enumerate(fields) if one["page"] <= question["page"]), default=len(fields) - 1)
    fields.insert(at + 1, question)


def _longest_in_order(names: Sequence[str], order: Sequence[str]) -> set[str]:
    """The most names that already stand in the order of `order`: those need not move."""
    place = {name: at for at, name in enumerate(order)}
    tails: list[int] = []  # the smallest last place of a run of each length
    runs: list[list[str]] = []
    for name in names:
        at = bisect_left(tails, place[name])
        run = [*(runs[at - 1] if at else []), name]
        tails[at : at + 1] = [place[name]]
        runs[at : at + 1] = [run]
    return set(runs[-1]) if runs else set()

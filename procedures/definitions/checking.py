"""What a definition must be before anybody is asked by it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from procedures.constants import FieldType

from .differences import Definition, Question

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
# inputs of the wizard's own pages, and the ends that a question of several inputs puts to its name
TAKEN = {"shown", "add_row", "go_on", "later", "upload", "remove", "another", "csrfmiddlewaretoken"}
TAKEN_BEGINNINGS = ("you_", "represented_")
INPUT_END = re.compile(r"_(count|\d+(_\w+)?)$")
CHOSEN_FROM = (FieldType.SELECT, FieldType.MULTISELECT)
ASKED_ABOUT = (*CHOSEN_FROM, FieldType.BOOLEAN)  # a condition asks about an answer that is chosen
NEEDED = ("eu", "es")
MOST_FIELDS, MOST_PAGES = 200, 30


@dataclass(frozen=True)
class Problem:
    """What is wrong with a question (none: with the form), and how to mend it."""

    field: str
    code: str
    message: str

    @property
    def key(self) -> tuple[str, str]:
        return self.field, self.code


def check(definition: Definition) -> list[Problem]:
    """Everything that is wrong with it, in the order of the questions; the shape itself is `schema.read`'s matter."""
    fields: list[Question] = definition["fields"]
    if not fields:
        return [Problem("", "empty", _("Ask at least one question."))]
    if len(fields) > MOST_FIELDS:
        return [Problem("", "many", _("A form has room for %(limit)s questions.") % {"limit": MOST_FIELDS})]
    places = {question["name"]: at for at, question in enumerate(fields)}
    found = []
    for at, question in enumerate(fields):
        for code, message in (
            *_name(question, is_first=places[question["name"]] == at),
            *_words(question),
            *_options(question),
            *_condition(question, fields, places),
        ):
            label = question["labels"].get("eu") or question["labels"].get("es") or question["name"]
            said = _("“%(label)s”: %(error)s") % {"label": label, "error": message}
            found.append(Problem(question["name"], code, said))
    return found


def _name(question: Question, *, is_first: bool) -> Iterator[tuple[str, str]]:
    name = question["name"]
    if not is_first:
        yield "twice", _("another question has the same code. Give one of them another.")
    if not NAME.fullmatch(name) or INPUT_END.search(name) or name in TAKEN or name.startswith(TAKEN_BEGINNINGS):
        yield "name", _("its code can't be used. Write small letters and “_”, and begin with a letter.")
    if not 1 <= question["page"] <= MOST_PAGES:
        yield "page", _("its page must be between 1 and %(limit)s.") % {"limit": MOST_PAGES}


def _words(question: Question) -> Iterator[tuple[str, str]]:
    if not _is_said(question["labels"]):
        yield "label", _("write its text in Basque and in Spanish.")
    for texts in (question["hints"], question.get("helps") or {}):
        if any(texts.values()) and not _is_said(texts):
            yield "help", _("write its help in Basque and in Spanish, or in no language.")


def _is_said(texts: Mapping[str, str]) -> bool:
    return all((texts.get(language) or "").strip() for language in NEEDED)


def _options(question: Question) -> Iterator[tuple[str, str]]:
    options = question["options"]
    if question["type"] not in CHOSEN_FROM:
        if question["town_list"] or (options and question["type"] != FieldType.BOOLEAN):
            yield "options", _("only a question that is answered by choosing has options.")
        return
    if not options and not question["town_list"]:
        yield "options", _("write its options, or choose a list of the town.")
    values = [option["value"] for option in options]
    if len(set(values)) < len(values):
        yield "options", _("two options have the same code. Give each its own.")
    if not all(_is_said(option) for option in options):
        yield "options", _("write every option in Basque and in Spanish.")


def _condition(question: Question, fields: Sequence[Question], places: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    condition = question["condition"]
    if not condition:
        return
    at = places.get(condition["field"])
    if at is None:
        yield "condition", _("it hangs on a question that is not in the form. Choose another, or none.")
        return
    source = fields[at]
    if _leads_back(question["name"], fields, places):
        yield "condition", _("it hangs on itself, by way of other questions. Take one of the conditions away.")
    elif source["page"] > question["page"]:
        yield "condition", _("it hangs on a question of a later page. Move one of them.")
    elif at > places[question["name"]]:
        yield "condition", _("it stands before the question that it hangs on. Move it down.")
    elif source["type"] not in ASKED_ABOUT:
        yield "condition", _("it can only hang on a question that is answered by choosing.")
    elif not condition["equals"] or not _are_answers(condition["equals"], source):
        yield "condition", _("choose the answers with which it is asked, among those of the other question.")


def _leads_back(name: str, fields: Sequence[Question], places: Mapping[str, int]) -> bool:
    """Whether following the conditions from this question comes back to it."""
    seen, here = set[str](), name
    while here in places and here not in seen:
        seen.add(here)
        here = fields[places[here]]["condition"].get("field", "")
    return here == name


def _are_answers(values: Sequence[str], source: Question) -> bool:
    return set(values) <= set(answers_of(source)) or (not source["options"] and bool(source["town_list"]))


def answers_of(question: Mapping[str, Any]) -> list[str]:
    """What can be chosen: codes; empty where only the town's own list says so."""
    if question["type"] == FieldType.BOOLEAN:
        return ["yes"] if question["options"] else ["yes", "no"]
    return [option["value"] for option in question["options"]]

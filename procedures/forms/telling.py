"""Changes of a form in words, for the clerk who decides about them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.catalogue import in_language
from procedures.definitions.differences import Change, Definition, Question

from .building import TownOptions
from .making import LANGUAGES, TYPES, spoken

__all__ = ["TYPES", "told", "told_condition"]

KEYS = {
    "labels": gettext_lazy("Text"),
    "hints": gettext_lazy("Short help"),
    "helps": gettext_lazy("Longer explanation"),
    "options": gettext_lazy("Options"),
    "town_list": gettext_lazy("List of the town"),
    "required": gettext_lazy("Must be answered"),
    "locked": gettext_lazy("The law asks it"),
    "page": gettext_lazy("Page"),
    "condition": gettext_lazy("When it is asked"),
    "type": gettext_lazy("How it is answered"),
}


def told(changes: Iterable[Change], *definitions: Definition, options: TownOptions) -> list[dict[str, Any]]:
    """`{label, what, was, value}` of each change, in the reader's language; `definitions` know the questions' texts."""
    return [_told(change, definitions, options) for change in changes]


def _told(change: Change, definitions: Iterable[Definition], options: TownOptions) -> dict[str, Any]:
    found = next((one for one in (_find(d, change["field"]) for d in definitions) if one), None)
    question = found or change.get("question")
    line = {"label": in_language(question["labels"]) if question else change["field"], "was": "", "value": ""}
    if change["op"] == "set":
        said = [_said(change, change[side], list(definitions), options) for side in ("was", "value")]
        return line | {"what": KEYS.get(change["key"], change["key"]), "was": said[0], "value": said[1]}
    words = {"add": _("New question"), "hide": _("No longer asked"), "move": _("Stands elsewhere")}
    return line | {"what": words[change["op"]]}


def _find(definition: Definition, name: str) -> Question | None:
    return next((question for question in definition["fields"] if question["name"] == name), None)


def _said(change: Change, value: Any, definitions: list[Definition], options: TownOptions) -> str:
    key = change["key"]
    if key in ("labels", "hints", "helps"):
        return " · ".join(f"{language}: {value[language]}" for language in LANGUAGES if (value or {}).get(language))
    if key == "options":
        return ", ".join(in_language(option) if "eu" in option else option["value"] for option in value)
    if key == "condition":
        return told_condition(value, definitions[0], options) or _("Always")
    if key in ("required", "locked"):
        return _("Yes") if value else _("No")
    return str(TYPES[value] if key == "type" else value)


def told_condition(condition: Mapping[str, Any], definition: Definition, options: TownOptions) -> str:
    """“Only where “Works” is “New building” or “Extension””; empty where it is always asked."""
    source = _find(definition, condition.get("field", ""))
    if not condition or source is None:
        return ""
    known = dict(spoken(source, options))
    answers = _(" or ").join(_("“%(text)s”") % {"text": known.get(one, one)} for one in condition["equals"])
    return _("Only where “%(question)s” is %(answers)s") % {
        "question": in_language(source["labels"]),
        "answers": answers,
    }

"""A form for each page of a procedure, from its definition."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.catalogue import FormField, in_language
from procedures.constants import FieldType
from procedures.spans import Span, is_reversed

from .fields import FIELDS, Choice, Choices, Date, Declaration, Hour, Line
from .widgets import PersonRows

FEW_OPTIONS = 7  # more go into a list that opens
# code of a town's list → value and label; `HOURS` → the free hours of an appointment, by day
TownOptions = Mapping[str, list[Any]]
HOURS = "hours"

SHOWN = "shown"  # the input by which a page says which of its dependent questions the reader had before her


@dataclass(frozen=True)
class Question:
    """One question of a page. `when` and `equals`: it comes and goes with this answer of the same page."""

    field: forms.BoundField
    when: str = ""
    equals: str = ""  # as JSON
    help: str = ""  # a longer explanation, opened on request
    is_waiting: bool = False
    is_revealed: bool = False


class PageForm(forms.Form):
    """The questions of one page; `waiting` are those that none of its answers asks for yet."""

    required_css_class = ""
    use_required_attribute = False
    waiting: "PageForm"
    order: Sequence[str] = ()  # of all questions, those that wait too
    conditions: Mapping[str, Mapping[str, Any]] = {}  # question → {field, equals}, where both are of this page
    helps: Mapping[str, str] = {}  # question → its longer explanation
    revealed: Sequence[str] = ()  # asked by this very sending: nobody could answer them
    overtaken: bool = False  # other answers were saved since the page was shown: these are not
    spans: Sequence[Span] = ()  # pairs of dates of which the last can't come before the first

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    def clean(self) -> None:
        for first, last in self.spans:
            begins, ends = self.cleaned_data.get(first), self.cleaned_data.get(last)
            if begins and ends and is_reversed(begins, ends):
                labels = {"first": self.fields[first].label, "last": self.fields[last].label}
                message = _("“%(last)s” can't come before “%(first)s”: correct one of the two dates.")
                self.add_error(last, forms.ValidationError(message, params=labels))

    def is_complete(self) -> bool:
        """Whether everything that is asked was answered well and saved, and nothing more has appeared."""
        return self.is_valid() and not self.revealed and not self.overtaken

    def questions(self) -> Iterator[Question]:
        """Every question in its order, those that wait too."""
        for name in self.order:
            form = self if name in self.fields else self.waiting
            help = self.helps.get(name, "")
            if condition := self.conditions.get(name):
                equals, new = json.dumps(condition["equals"]), name in self.revealed
                waits = form is not self
                yield Question(form[name], condition["field"], equals, help, is_waiting=waits, is_revealed=new)
            else:
                yield Question(form[name], help=help)


def page_form(
    fields: Iterable[FormField],
    *,
    town_options: TownOptions | None = None,
    data: Any = None,
    add_row_to: str = "",
    first: Mapping[str, forms.Field] | None = None,
    possible: Sequence[FormField] = (),
    spans: Sequence[Span] = (),
) -> PageForm:
    """The form of these fields in the reader's language, bound when `data` is given.

    `add_row_to` names the list of persons that gets an empty row more; `first` are other fields above these;
    `possible` are these fields and, each at its place, those that an answer of this page may yet ask; `spans` are pairs
    of dates in their order.
    """
    form = PageForm(data)
    form.waiting = PageForm()
    form.fields.update(first or {})
    form.fields.update({field.name: build(field, town_options or {}) for field in fields})
    later = [field for field in possible if field.name not in form.fields]
    form.waiting.fields.update({field.name: build(field, town_options or {}) for field in later})
    form.spans = spans
    names = [field.name for field in possible] or [field.name for field in fields]
    form.order = [*(first or {}), *names]
    form.conditions = {one.name: one.condition for one in possible if one.condition.get("field") in names}
    form.helps = {one.name: in_language(one.helps) for one in (*fields, *possible) if one.helps.get("eu")}
    widget = form.fields[add_row_to].widget if add_row_to in form.fields else None
    if isinstance(widget, PersonRows):
        widget.extra = True
    return form


def build(field: FormField, town_options: TownOptions) -> forms.Field:
    """The form field of one definition; the file fields are asked on the documents' page instead."""
    common: dict[str, Any] = {
        "label": in_language(field.labels),
        "help_text": in_language(field.hints) if field.hints.get("eu") else "",
        "required": field.required,
    }
    if field.type in (FieldType.SELECT, FieldType.MULTISELECT):
        return _choice(field, common, town_options)
    if field.type == FieldType.APPOINTMENT and HOURS in town_options:
        return Hour(choices=town_options[HOURS], **common)
    if field.type == FieldType.BOOLEAN and field.options:
        return Declaration(**common)
    if field.type == FieldType.DATE and "birth" in field.name:
        return Date(past=True, **common)
    return FIELDS[field.type](**common)


def _choice(field: FormField, common: dict[str, Any], town_options: TownOptions) -> forms.Field:
    """A list of the province, or of the town; where the town has none, she writes it in her own words."""
    if field.town_list:
        options = town_options.get(field.town_list, [])
        if not options:
            return Line(**common)
    else:
        options = [(option["value"], in_language(option)) for option in field.options]
    if field.type == FieldType.MULTISELECT:
        return Choices(choices=options, **common)
    if len(options) > FEW_OPTIONS:
        return Choice(choices=[("", _("Choose…")), *options], widget=forms.Select, **common)
    return Choice(choices=options, widget=forms.RadioSelect, **common)

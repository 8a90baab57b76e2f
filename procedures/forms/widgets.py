"""Widgets of several inputs under one question; their parts carry label and width for the project's template."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

MOST_ROWS = 20


class Parts(forms.MultiWidget):
    """Several text inputs. `layout` = [(label, css of its cell, attributes of the input)]; values are kept as typed."""

    layout: Sequence[tuple[Any, str, dict[str, Any]]] = ()
    css = ""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(self.inputs(), attrs)

    def inputs(self) -> list[forms.Widget]:
        return [forms.TextInput(attrs=dict(part[2])) for part in self.layout]

    def decompress(self, value: Any) -> list[Any]:
        return list(value) if value else [None] * len(self.layout)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, (label, css, _attrs) in zip(context["widget"]["subwidgets"], self.layout, strict=True):
            part["label"], part["css"] = label, css
            part["attrs"].pop("required", None)  # the fieldset says what is optional; the parts differ
        if self.css:
            context["widget"]["attrs"] = {**context["widget"]["attrs"], "class": self.css}
        return context


_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
_DAY = [
    (_("Day"), "", {**_DIGITS, "size": 2, "maxlength": 2}),
    (_("Month"), "", {**_DIGITS, "size": 2, "maxlength": 2}),
    (_("Year"), "", {**_DIGITS, "size": 4, "maxlength": 4, "class": "y"}),
]


class DateParts(Parts):
    """Day, month and year, as people say them."""

    layout = _DAY
    css = "parts--date"


class DateTimeParts(Parts):
    layout = [*_DAY, (_("Time"), "", {"size": 5, "maxlength": 8, "class": "y", "autocomplete": "off"})]
    css = "parts--date"


class SlotParts(Parts):
    """The day and the part of it that would suit for an appointment."""

    layout = [*_DAY, (_("Part of the day"), "", {})]
    css = "parts--date"

    def inputs(self) -> list[forms.Widget]:
        parts_of_day = forms.Select(choices=[("morning", _("Morning")), ("afternoon", _("Afternoon"))])
        return [*super().inputs()[:3], parts_of_day]


class AddressParts(Parts):
    layout = [
        (_("Street, square or neighbourhood"), "is-two-thirds", {"autocomplete": "address-line1"}),
        (_("Number"), "is-third", {"autocomplete": "off"}),
        (_("Floor and door"), "is-third", {"autocomplete": "address-line2"}),
        (_("Postcode"), "is-third", {"inputmode": "numeric", "autocomplete": "postal-code", "maxlength": 10}),
        (_("Town"), "is-third", {"autocomplete": "address-level2"}),
    ]


class PlaceParts(Parts):
    layout = [
        (_("Describe the place: street, number, what is near"), "", {"autocomplete": "off"}),
        (_("Coordinates, if you know them (optional)"), "is-half", {"autocomplete": "off"}),
    ]


class PersonParts(Parts):
    layout = [
        (_("Name"), "is-half", {"autocomplete": "off"}),
        (_("Surnames"), "is-half", {"autocomplete": "off"}),
        (_("NIF, NIE or passport"), "is-half", {"autocomplete": "off", "autocapitalize": "characters"}),
    ]


class PersonRows(forms.Widget):
    """Persons one below the other; a button that sends the form adds a row, so nothing here needs JavaScript."""

    template_name = "procedures/widgets/person_rows.html"
    use_fieldset = True
    most = MOST_ROWS
    columns: Sequence[tuple[str, Any, str]] = (
        ("name", _("Name"), "is-half"),
        ("surnames", _("Surnames"), "is-half"),
        ("identifier", _("NIF, NIE or passport (if they have one)"), "is-half"),
        ("birth_date", _("Date of birth: day/month/year"), "is-half"),
    )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        rows = []
        for index in range(self._count(data, name)):
            row = {column: data.get(f"{name}_{index}_{column}", "") for column, *_rest in self.columns}
            if any(value.strip() for value in row.values()):
                rows.append(row)
        return rows

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_count" not in data

    def _count(self, data: Mapping[str, Any], name: str) -> int:
        try:
            return min(max(int(data.get(f"{name}_count", "1")), 1), self.most)
        except ValueError:
            return 1

    def first_input_id(self, auto_id: str) -> str:
        return f"{auto_id}_0_name"

    def id_for_label(self, id_: str, index: str = "0") -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = list(value or [])
        shown = rows + [{}] * max(1 - len(rows), 0)
        if self.extra and len(rows) < self.most and rows:
            shown.append({})
        auto_id = context["widget"]["attrs"].get("id", f"id_{name}")
        described = context["widget"]["attrs"].get("aria-describedby", "")
        invalid = context["widget"]["attrs"].get("aria-invalid", "")
        context["widget"] |= {
            "count": len(shown),
            "can_add": len(shown) < self.most,
            "rows": [
                [
                    {
                        "name": f"{name}_{index}_{column}",
                        "id": f"{auto_id}_{index}_{column}",
                        "label": label,
                        "css": css,
                        "value": row.get(column, ""),
                        "described": described,
                        "invalid": invalid,
                    }
                    for column, label, css in self.columns
                ]
                for index, row in enumerate(shown)
            ],
        }
        return context

    extra = False  # set by the form of a request that asked for another row


class CoApplicantRows(PersonRows):
    """Who applies together with her, and where each is asked."""

    columns = (
        ("name", _("Name and surnames"), "is-half"),
        ("identifier", _("NIF or NIE"), "is-half"),
        ("email", _("E-mail address"), "is-half"),
    )


class Hours(forms.RadioSelect):
    """Hours grouped by day: one day open at a time, the chosen one or the nearest, so that a telephone shows few."""

    template_name = "procedures/widgets/hours.html"

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # a browser can't point at an hour within a day that is shut

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        days = [{"name": day, "hours": hours} for day, hours, _index in context["widget"]["optgroups"]]
        chosen = (day for day in days if any(hour["selected"] for hour in day["hours"]))
        opened = next(chosen, days[0] if days else {})
        context["widget"]["days"] = [{**day, "is_open": day is opened} for day in days]
        return context


def as_multi(raw: Mapping[str, Sequence[str]]) -> MultiValueDict[str, str]:
    """What a draft keeps of a step, as a form takes it."""
    return MultiValueDict({name: list(values) for name, values in raw.items()})

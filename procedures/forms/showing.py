"""What was answered, as people read it: on the check page, in the receipt and in the case file."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext, override

from procedures.catalogue import FormField, in_language
from procedures.constants import FieldType

TownOptions = Mapping[str, list[Any]]


def said(field: FormField, value: Any, town_options: TownOptions) -> dict[str, str]:
    """The answer in Basque and Spanish, for documents."""
    texts = {}
    for language in ("eu", "es"):
        with override(language):
            texts[language] = show(field, value, town_options)
    return texts


def show(field: FormField, value: Any, town_options: TownOptions) -> str:
    """A kept value in the reader's language; several lines are parted by line ends, nothing is an empty text."""
    if value in (None, "", [], {}):
        return ""
    shower = _SHOWN.get(field.type)
    if field.type in (FieldType.SELECT, FieldType.MULTISELECT):
        labels = dict(town_options.get(field.town_list, []))
        labels |= {option["value"]: in_language(option) for option in field.options}
        values = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(one) or one) for one in values)
    return str(shower(value)) if shower else str(value)


def money(cents: int) -> str:
    return f"{formats.number_format(Decimal(cents) / 100, 2, use_l10n=True, force_grouping=True)} €"


def _number(value: str) -> str:
    return formats.number_format(Decimal(value), use_l10n=True)


def _day(value: str) -> str:
    return formats.date_format(date.fromisoformat(value), "DATE_FORMAT")


def _moment(value: str) -> str:
    return formats.date_format(datetime.fromisoformat(value), "DATETIME_FORMAT")


def address(value: dict[str, str]) -> str:
    street = " ".join(filter(None, (value["street"], value["number"])))
    town = " ".join(filter(None, (value["postcode"], value["town"])))
    return ", ".join(filter(None, (street, value["floor"], town)))


def _place(value: dict[str, str]) -> str:
    return f"{value['text']} ({value['lat']}, {value['lon']})" if "lat" in value else value["text"]


def _person(value: dict[str, str]) -> str:
    name = f"{value['name']} {value['surnames']}"
    return ", ".join(filter(None, (name, value.get("identifier", ""), _born(value.get("birth_date", "")))))


def _born(value: str) -> str:
    return _day(value) if value else ""


def _iban(value: str) -> str:
    return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


def _slot(value: dict[str, str]) -> str:
    if "at" in value:
        return _moment(value["at"])
    part = gettext("in the afternoon") if value["part"] == "afternoon" else gettext("in the morning")
    return f"{_day(value['date'])}, {part}"


_SHOWN: dict[str, Any] = {
    FieldType.BOOLEAN: lambda value: gettext("Yes") if value == "yes" else gettext("No"),
    FieldType.DATE: _day,
    FieldType.DATETIME: _moment,
    FieldType.MONEY: money,
    FieldType.NUMBER: _number,
    FieldType.ADDRESS: address,
    FieldType.GEO: _place,
    FieldType.PERSON: _person,
    FieldType.PERSON_LIST: lambda people: "\n".join(_person(person) for person in people),
    FieldType.IBAN: _iban,
    FieldType.APPOINTMENT: _slot,
}

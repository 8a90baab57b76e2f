"""The record H (inhabitants), 554 characters, read and written from its layout and nothing else.

`census/data/ine_inhabitants_layout.csv` is the INE's "Diseños de registro de los ficheros de intercambio
INE-Ayuntamientos": a new revision is a new file of data. Three blocks: ID (who, before), CTRL, VAR (all, after).
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

DATA = Path(__file__).resolve().parent.parent / "data"
ENCODING = "latin-1"
Record = dict[str, dict[str, str]]  # {"ID": {"CPRO": "48", …}, "CTRL": {…}, "VAR": {…}}


class BadRecord(ValueError):
    """A line or a value that does not fit the layout; says which field and why."""


class Field(NamedTuple):
    block: str
    name: str
    numeric: bool
    length: int
    start: int  # from 0


@cache
def fields() -> tuple[Field, ...]:
    with (DATA / "ine_inhabitants_layout.csv").open() as lines:
        return tuple(
            Field(row["block"], row["field"], row["type"] == "N", int(row["len"]), int(row["start"]) - 1)
            for row in csv.DictReader(lines)
        )


@cache
def length() -> int:
    return fields()[-1].start + fields()[-1].length


def parse(line: str) -> Record:
    """Every field of one line, without its padding; a blank number is "". BadRecord where the line does not fit."""
    if len(line) != length():
        raise BadRecord(_("%(found)s characters instead of %(right)s") % {"found": len(line), "right": length()})
    record: Record = {"ID": {}, "CTRL": {}, "VAR": {}}
    for field in fields():
        text = line[field.start : field.start + field.length]
        value = text.rstrip(" ")
        if field.numeric and value and not (text.isascii() and text.isdigit()):
            name = f"{field.block}.{field.name}"
            raise BadRecord(_("%(field)s: '%(value)s' is no number") % {"field": name, "value": text})
        record[field.block][field.name] = value
    return record


def write(record: Record) -> str:
    """One line: letters to the left, numbers to the right with zeros; what is missing is blank.

    BadRecord where a value is too long, not a number, or cannot be written in the file's encoding.
    """
    return "".join(_padded(field, record.get(field.block, {}).get(field.name, "")) for field in fields())


def _padded(field: Field, value: str) -> str:
    name = f"{field.block}.{field.name}"
    if len(value) > field.length:
        said = {"field": name, "value": value, "limit": field.length}
        raise BadRecord(_("%(field)s: '%(value)s' has more than %(limit)s characters") % said)
    if field.numeric and value:
        if not (value.isascii() and value.isdigit()):
            raise BadRecord(_("%(field)s: '%(value)s' is no number") % {"field": name, "value": value})
        return value.zfill(field.length)
    if not value.isprintable() or not _encodes(value):
        said = {"field": name, "value": value, "encoding": ENCODING}
        raise BadRecord(_("%(field)s: '%(value)s' can't be written in %(encoding)s") % said)
    return value.ljust(field.length)


def _encodes(value: str) -> bool:
    try:
        value.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True

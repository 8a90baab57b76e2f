"""What the town holds of the applicant, offered as answers that she may change (Ley 39/2015, art. 28).

Only to whoever has proved who she is, of herself, and as the page is shown for the first time. `data/known.csv` says
which question takes which thing; a row without a procedure is for every form with a question of that name.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise

from .catalogue import FormField
from .constants import FieldType

TABLE = Path(__file__).parent / "data" / "known.csv"
# what is held of a person → the types of question that take it
KINDS = {
    "residence": (FieldType.ADDRESS,),
    "resident_since": (FieldType.DATE,),
    "addresses": (FieldType.TEXTAREA,),
    "birth_date": (FieldType.DATE,),
    "household": (FieldType.PERSON_LIST,),
    "household_size": (FieldType.NUMBER,),
}


@dataclass(frozen=True)
class Known:
    """What a room holds: kind → what the form's inputs show, and the sentence that says where it comes from."""

    values: Mapping[str, Any]
    source: Promise


Reader = Callable[[int], Known | None]
_readers: list[Reader] = []


def register_known(reader: Reader) -> Reader:
    """`fn(person_id)` answers what its room holds, in the open town, of a person who has proved who she is.

    An address is its five inputs, a date its three, persons are rows of {name, surnames, identifier, birth_date}.
    """
    _readers.append(reader)
    return reader


@cache
def _kinds() -> dict[tuple[str, str], str]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {(row["procedure"], row["field"]): row["kind"] for row in csv.DictReader(lines, delimiter=";")}


def kind_of(procedure: str, field: FormField) -> str:
    """What is held that answers the question; empty where nothing does."""
    kind = _kinds().get((procedure, field.name)) or _kinds().get(("", field.name), "")
    return kind if field.type in KINDS.get(kind, ()) else ""


def known_of(person_id: int) -> list[Known]:
    """What every room holds of her."""
    return [known for reader in _readers if (known := reader(person_id))]

"""What a receipt says (Ley 39/2015, art. 16.3): the document is `receipt` of the documents' room, this is its data."""

from typing import Any

from core.municipalities.services.terms import MADRID, local_day
from registry.models import Entry


def numbered(entry: Entry) -> dict[str, Any]:
    """The part of a receipt that only the entry's number brings; `register` adds it to the receipt's context.

    `number` as people write it, `kind` E or S, `at` and `deemed_at` in ISO with Europe/Madrid's offset, `moved` whether
    the filing counts from another day, `hash` of the entry, which the next one carries.
    """
    return {
        "number": entry.reference,
        "kind": str(entry.book.kind),
        "at": entry.at.astimezone(MADRID).isoformat(timespec="seconds"),
        "deemed_at": entry.deemed_at.astimezone(MADRID).isoformat(timespec="seconds"),
        "moved": local_day(entry.at) != local_day(entry.deemed_at),
        "hash": entry.hash,
    }

"""What a receipt says (Ley 39/2015, art. 16.3 and 21.4): the data of the documents' template `receipt`."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.municipalities.models import Unit
from core.municipalities.services.terms import MADRID, local_day
from registry.constants import Mode
from registry.models import Entry

Said = dict[str, str]  # {"eu": …, "es": …}
NOTHING: Said = {"eu": "", "es": ""}


def receipt_context(
    *,
    summary: str,
    party: Mapping[str, Any],
    unit: Unit | None,
    attachments: Iterable[Mapping[str, Any]],
    lines: list[dict[str, Any]],
    mode: Mode = Mode.ELECTRONIC,
    procedure: Said = NOTHING,
    procedure_code: str = "",
    sia: str = "",
    term: Said = NOTHING,
    silence: Said = NOTHING,
    reference: str = "",
) -> dict[str, Any]:
    """All of a receipt that is known before the entry's number; `register` adds the rest (`numbered`).

    `party` and `attachments` as `register` takes them; `lines` are what was asked, `{label: {eu, es}, value}`; `term`
    and `silence` are the longest time to resolve and what no answer means, in words, which art. 21.4 wants told.
    The keys are those that `core.documents` lists for its template `receipt`.
    """
    representative = party.get("representative") or {}
    return {
        "reference": reference,
        "mode": str(mode),
        "summary": summary,
        "procedure": procedure,
        "procedure_code": procedure_code,
        "sia": sia,
        "unit": {lang: getattr(unit, f"name_{lang}") or unit.name for lang in ("eu", "es")} if unit else NOTHING,
        "unit_dir3": unit.dir3 if unit else "",
        "party": party.get("name", ""),
        "party_identifier": party.get("identifier", ""),
        "representative": representative.get("name", ""),
        "representative_identifier": representative.get("identifier", ""),
        "lines": lines,
        "attachments": [
            {"name": one["file_name"], "mime": one["mime"], "size": one["size"], "sha256": one["sha256"]}
            for one in attachments
        ],
        "term": term,
        "silence": silence,
    }


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

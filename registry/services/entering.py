"""Registering: the next number of the book, its time and its link in the chain, in one statement.

The counter's row is the lock. It is taken last in the transaction and held until the commit, so that numbers have no
gaps and time never contradicts order; how often that lock changes hands is how many entries a town can take.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from core.audit.services import Actor, record
from core.documents.models import Document
from core.identity.models import Person
from core.municipalities.models import Unit, open_municipality
from core.municipalities.services import terms
from registry.constants import BookKind, Mode
from registry.models import Book, Entry

from .chain import FIELDS, canonical, plain, rest_of, signature_of
from .receipts import numbered

SUMMARY_MAX = 240  # SICRES Resumen
COLUMNS = [name for name in FIELDS if name != "book_kind"]

# SET is evaluated again for whoever had to wait for the row, so the time is always that of the lock. The year is
# checked first and then held, because the clock may pass New Year's midnight between WHERE and SET. What is written
# to the entry is read out of the very text that is hashed.
NUMBER_AND_WRITE = f"""
WITH book AS (
    UPDATE registry_book b
    SET (last_number, last_at, last_deemed_at, previous_hash, last_hash) = (
        SELECT b.last_number + 1, e.at, e.deemed, b.last_hash, encode(sha256(convert_to(
            format('["%%s",%%s,"%%s","%%s",%%s]', b.last_hash, b.last_number + 1,
                   to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                   to_char(e.deemed AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), %(rest)s::text),
            'UTF8')), 'hex')
        FROM (
            SELECT c.at, coalesce(
                (%(deemed)s::jsonb ->> (c.at AT TIME ZONE 'Europe/Madrid')::date::text)::timestamptz, c.at) AS deemed
            FROM (
                SELECT greatest(b.last_at, least(clock_timestamp(),
                    make_timestamptz(b.year + 1, 1, 1, 0, 0, 0, 'Europe/Madrid') - interval '1 microsecond')) AS at
            ) c
        ) e
    )
    WHERE b.municipality_id = %(town)s AND b.kind = %(kind)s
        AND b.year = extract(year FROM clock_timestamp() AT TIME ZONE 'Europe/Madrid')
        AND NOT EXISTS (SELECT FROM registry_entry WHERE municipality_id = %(town)s AND key = %(key)s)
    RETURNING b.id, b.year, b.last_number, b.last_at, b.last_deemed_at, b.previous_hash, b.last_hash
), entry AS (
    INSERT INTO registry_entry (book_id, number, at, deemed_at, previous_hash, hash, {", ".join(COLUMNS)})
    SELECT book.id, last_number, last_at, last_deemed_at, book.previous_hash, last_hash,
           {", ".join(f"r.{name}" for name in COLUMNS)}
    FROM book, jsonb_populate_record(NULL::registry_entry, %(rest)s::jsonb) r
    ON CONFLICT (municipality_id, key) DO NOTHING
    RETURNING id
)
SELECT entry.id, book.* FROM book LEFT JOIN entry ON true
"""
# the clock is Postgres's: two web servers may not agree on which year it is
OPEN_BOOK = """
INSERT INTO registry_book (municipality_id, kind, year, last_number, last_hash, previous_hash, last_annotation,
                           last_annotation_hash)
SELECT %s, %s, extract(year FROM clock_timestamp() AT TIME ZONE 'Europe/Madrid'), 0, '', '', 0, ''
ON CONFLICT (municipality_id, kind, year) DO NOTHING
"""
GIVE_BACK = "UPDATE registry_book SET last_number = last_number - 1, last_hash = previous_hash WHERE id = %s"


@transaction.atomic(savepoint=False)
def register(
    *,
    kind: BookKind,
    summary: str,
    party: Mapping[str, Any],
    person: Person | None = None,
    content: Mapping[str, Any],
    attachments: Iterable[Mapping[str, Any]] = (),
    receipt: Document | None = None,
    unit: Unit | None = None,
    mode: Mode = Mode.ELECTRONIC,
    procedure_code: str = "",
    case_reference: str = "",
    language: str,
    key: str,
    actor: Actor,
) -> Entry:
    """Enter something in the open town's book of this year; call it last in the transaction (Ley 39/2015, art. 16.3).

    `party` is who filed it, or to whom it goes, as filed: `{name, identifier_kind, identifier, representative: {…}}`.
    `content` is what was asked, `attachments` are `{document, file_name, mime, size, sha256}`, all of it hashed.
    `receipt` is a saved document that has no versions yet: its number and times are filled in here.
    The same `key` enters once: a second call, also at the same moment, answers with the first entry.
    Numbers with a point in `content` are kept as text. Needs a town's door; without one it is a ValueError.
    """
    town = open_municipality()
    if town is None:
        raise ValueError("a book belongs to a town: open its door first")
    entry = Entry(
        municipality_id=town,
        mode=mode,
        summary=" ".join(summary.split())[:SUMMARY_MAX],
        person=person,
        party=plain(party),
        procedure_code=procedure_code,
        case_reference=case_reference,
        unit=unit,
        language=language,
        attachments=plain(list(attachments)),
        content=plain(content),
        receipt=receipt,
        key=key,
        actor=signature_of(actor),
    )
    if not _number(entry, kind, town):
        return Entry.objects.select_related("book").get(municipality_id=town, key=key)
    record("registry.registered", actor=actor, target=entry, subject=entry.person_id)
    if receipt is not None:
        receipt.context = {**receipt.context, **numbered(entry)}
        receipt.save(update_fields=["context"])
    return entry


def _number(entry: Entry, kind: BookKind, town: int) -> bool:
    """Number and write the entry; False where its key is in the books already."""
    values: dict[str, Any] = {
        "town": town,
        "kind": str(kind),
        "key": entry.key,
        "rest": rest_of(entry, str(kind)),
        "deemed": canonical(_deemed_days(town)),
    }
    with connection.cursor() as cursor:
        while True:
            cursor.execute(NUMBER_AND_WRITE, values)
            if found := cursor.fetchone():
                break
            if Entry.objects.filter(municipality_id=town, key=entry.key).exists():
                return False
            cursor.execute(OPEN_BOOK, [town, str(kind)])  # the first entry of the year
        written, book, year, *numbered_values = found
        if written is None:  # another transaction entered this key while we waited for the row, which is still ours
            cursor.execute(GIVE_BACK, [book])
            return False
    entry.pk, entry.book = written, Book(pk=book, municipality_id=town, kind=kind, year=year)
    entry.number, entry.at, entry.deemed_at, entry.previous_hash, entry.hash = numbered_values
    entry._state.adding, entry._state.db = False, connection.alias
    if entry.deemed_at != terms.deemed_filing(entry.at, town=town):
        raise RuntimeError(f"this machine's clock is days away from the database's, where it is {entry.at}")
    return True


def _deemed_days(town: int) -> dict[str, str]:
    """From when a filing of yesterday, today or tomorrow counts, for those that are not working days."""
    today = terms.local_today()
    noons = [datetime.combine(today + timedelta(days=n), time(12), terms.MADRID) for n in (-1, 0, 1)]
    deemed = {noon: terms.deemed_filing(noon, town=town) for noon in noons}
    return {str(noon.date()): later.isoformat() for noon, later in deemed.items() if later != noon}


def number_of(entry: Entry) -> str:
    """The number as people write it, `2026-E-000123`."""
    return entry.reference

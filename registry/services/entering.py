"""Registering: the next number of the book, its time and its link in the chain, in one statement.

The counter's row is the lock. It is taken last in the transaction and held until the commit, so that numbers have no
gaps and time never contradicts order; how often that lock changes hands is how many entries a town can take. What is
done under it is the function `registry_enter` of this room's migrations: what is written to the entry is read out of
the very text that is hashed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from core.audit.models import AuditRow
from core.audit.services import Actor, row
from core.documents.models import Document
from core.identity.models import Person
from core.municipalities.models import Unit, open_municipality
from core.municipalities.services import terms
from registry.constants import BookKind, Mode
from registry.models import Book, Entry

from .chain import canonical, plain, rest_of, signature_of
from .receipts import numbered

SUMMARY_MAX = 240  # SICRES Resumen
AUDITED = [field.attname for field in AuditRow._meta.concrete_fields if field.attname not in ("id", "at")]


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
    if not _number(entry, kind, town, actor):
        return Entry.objects.select_related("book").get(municipality_id=town, key=key)
    if receipt is not None:
        receipt.context = {**receipt.context, **numbered(entry)}
        receipt.save(update_fields=["context"])
    return entry


def _number(entry: Entry, kind: BookKind, town: int, actor: Actor) -> bool:
    """Number and write the entry; False where its key is in the books already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM registry_enter(%s, %s, %s, %s::jsonb, %s::jsonb)",
            [
                town,
                str(kind),
                rest_of(entry, str(kind)),
                canonical(_deemed_days(town)),
                canonical(_audit(entry, actor)),
            ],
        )
        if not (written := cursor.fetchone()):
            return False
    entry.pk, book, year, entry.number, entry.at, entry.deemed_at, entry.previous_hash, entry.hash = written
    entry.book = Book(pk=book, municipality_id=town, kind=kind, year=year)
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


def _audit(entry: Entry, actor: Actor) -> dict[str, Any]:
    """The audit row but for what the number brings; it is added by the same statement."""
    audit = row("registry.registered", actor=actor, subject=entry.person_id)
    audit.municipality_id, audit.object_type = entry.municipality_id, Entry._meta.label_lower
    return {name: getattr(audit, name) for name in AUDITED}


def number_of(entry: Entry) -> str:
    """The number as people write it, `2026-E-000123`."""
    return entry.reference

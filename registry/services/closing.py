"""A day's last hash, kept and published: from then on nobody can rewrite the book alone."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from core.audit.services import SYSTEM
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import new_document, save_all
from core.municipalities.services import terms
from core.notifications.services import outbox, render_effect
from registry.models import Book, DayClosure, Entry


@dataclass(frozen=True)
class DayRoot:
    """What the town publishes of one day of one book."""

    book: str  # 2026-E
    day: date
    last_number: int
    last_hash: str
    csv: str  # of the sealed document, empty until it is made


def towns_to_close() -> list[int]:
    """The ids of the towns that have entries of a day before today in no closure yet; opens no door."""
    midnight = datetime.combine(terms.local_today(), time(), terms.MADRID)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_towns_to_close(%s)", [midnight])
        return [town for (town,) in cursor.fetchall()]


@transaction.atomic
def close_days() -> list[DayClosure]:
    """Close every past day of the open town's books that had entries; running it again adds nothing."""
    today = terms.local_today()
    # whoever is registering holds the book: what began yesterday is in before yesterday is closed
    books = Book.objects.select_for_update(of=("self",)).filter(last_at__isnull=False).order_by("pk")
    return [closure for book in books for closure in _close(book, today)]


def _close(book: Book, today: date) -> list[DayClosure]:
    before = DayClosure.objects.filter(book=book).aggregate(last=Max("last_number"))["last"] or 0
    midnight = datetime.combine(today, time(), terms.MADRID)
    entries = Entry.objects.filter(book=book, number__gt=before, at__lt=midnight).order_by("number")
    last_of: dict[date, tuple[int, str]] = {}
    for at, number, its_hash in entries.values_list("at", "number", "hash").iterator():
        last_of[terms.local_day(at)] = (number, its_hash)
    closures = []
    for day, (number, its_hash) in last_of.items():
        closures.append(DayClosure(book=book, day=day, last_number=number, last_hash=its_hash))
        closures[-1].document = _sheet(closures[-1], first=before + 1)
        before = number
    documents = [closure.document for closure in closures if closure.document]
    save_all(documents)
    outbox([render_effect(document) for document in documents])
    return DayClosure.objects.bulk_create(closures)


def _sheet(closure: DayClosure, *, first: int) -> Document:
    """The page that is sealed and that anyone may keep."""
    book, day = closure.book, closure.day.isoformat()
    return new_document(
        kind=DocumentKind.DILIGENCE,
        title_eu=f"{book} liburuaren itxiera, {day}",
        title_es=f"Cierre del libro {book}, {day}",
        template="day_closure",
        context={
            "kind": str(book.kind),
            "year": book.year,
            "day": day,
            "first_number": f"{book}-{first:06}",
            "last_number": f"{book}-{closure.last_number:06}",
            "entries": closure.last_number - first + 1,
            "last_hash": closure.last_hash,
        },
        language="bi",
        actor=SYSTEM,
    )


def day_roots(town: int, *, since: date | None = None) -> list[DayRoot]:
    """The closed days of a town's books, newest first, for its public page; since the first of this year by default.

    Needs the town's door.
    """
    since = since or timezone.localdate().replace(month=1, day=1)
    closures = DayClosure.objects.filter(municipality_id=town, day__gte=since).select_related("book", "document")
    return [
        DayRoot(
            book=str(closure.book),
            day=closure.day,
            last_number=closure.last_number,
            last_hash=closure.last_hash,
            csv=closure.document.csv if closure.document else "",
        )
        for closure in closures.order_by("-day", "book__kind")
    ]

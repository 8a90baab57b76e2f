"""A day's last hash, kept and published: from then on nobody can rewrite the book alone."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import connection, transaction
from django.utils import timezone

from core.municipalities.services import terms
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
    closed = DayClosure.objects.filter(book=book).order_by("-last_number").values_list("last_number", flat=True).first()
    midnight = datetime.combine(today, time(), terms.MADRID)
    entries = Entry.objects.filter(book=book, number__gt=closed or 0, at__lt=midnight).order_by("number")
    last_of: dict[date, tuple[int, str]] = {}
    for at, number, its_hash in entries.values_list("at", "number", "hash").iterator():
        last_of[terms.local_day(at)] = (number, its_hash)
    return DayClosure.objects.bulk_create(
        DayClosure(book=book, day=day, last_number=number, last_hash=its_hash)
        for day, (number, its_hash) in last_of.items()
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

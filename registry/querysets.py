"""Named reads of the day book."""

import re
from collections.abc import Collection
from datetime import date, datetime, time

from django.db.models import Q, QuerySet

from core.identity.services import is_number_of_entity, kind_of_number, normalise
from core.municipalities.services.terms import MADRID

from .models import Entry

NUMBER = re.compile(r"(?:(?P<year>20\d\d)-)?(?:(?P<kind>[ES])-)?0*(?P<number>\d{1,7})", re.IGNORECASE)


def find_entries(
    *,
    text: str = "",
    kind: str = "",
    mode: str = "",
    since: date | None = None,
    until: date | None = None,
    hidden: Collection[str] = (),
) -> QuerySet[Entry]:
    """The open town's entries, newest first: by number (`2026-E-000123` or `123`), identifier, file or words.

    Words are looked for in the subject and the party's name, within the days asked for: the index on town and time
    bounds what is read. The entries of the files in `hidden` are found by day and number only.
    """
    entries = Entry.objects.select_related("book", "unit").order_by("-at", "-number")
    if since:
        entries = entries.filter(at__gte=datetime.combine(since, time(), MADRID))
    if until:
        entries = entries.filter(at__lte=datetime.combine(until, time.max, MADRID))
    entries = entries.filter(**{name: value for name, value in (("book__kind", kind), ("mode", mode)) if value})
    text = text.strip()
    if not text:
        return entries
    if match := NUMBER.fullmatch(text):
        wanted = {"book__year": match["year"], "book__kind": (match["kind"] or "").upper(), "number": match["number"]}
        return entries.filter(**{name: value for name, value in wanted.items() if value})
    if hidden:
        entries = entries.exclude(case_reference__in=hidden)
    if kind_of_number(text) or is_number_of_entity(text):
        return entries.filter(party__identifier=normalise(text))
    return entries.filter(Q(summary__icontains=text) | Q(party__name__icontains=text) | Q(case_reference=text))

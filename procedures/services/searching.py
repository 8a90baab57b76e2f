"""Search in the catalogue: what people type, in any language, with or without accents or a small slip."""

import re
import time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, IntegerField, QuerySet, Value
from django.utils.translation import get_language

from core.municipalities.services import terms
from procedures.catalogue import names_of
from procedures.models import Procedure, SearchMiss
from procedures.search_index import Entry, Index, build, words_of

SECONDS_FRESH = 300
MISSES_A_DAY = 500  # nobody fills the table by typing
CODE = re.compile(r"[A-Za-z]{2,5}-[0-9]{3}")

_index: tuple[float, Index, dict[str, int]] | None = None  # when it was built, and each code's key


def forget_search() -> None:
    """Build the index again at the next question (after a change in this process, and between tests)."""
    global _index
    _index = None


def rank(query: str) -> list[str]:
    """The codes of the province's procedures that fit, best first; from memory."""
    if CODE.fullmatch(query.strip()):
        code = query.strip().upper()
        return [code] if code in _fresh()[1] else []
    return _fresh()[0].rank(query)


def search(
    query: str,
    *,
    municipality_id: int | None = None,
    family: str = "",
    life_event: str = "",
    applicant: str = "",
    identity_level: str = "",
    **filters: Any,
) -> QuerySet[Procedure]:
    """The procedures that fit, best first; without a query, all that pass the filters in the catalogue's order.

    `municipality_id` keeps those that the town has on line. `family` is a slug, `life_event` a code. Every language
    is searched whatever the reader's is.
    """
    found = Procedure.objects.select_related("family").filter(**filters)
    if municipality_id:
        found = found.filter(town_procedures__municipality=municipality_id, town_procedures__enabled=True)
    if family:
        found = found.filter(family__slug=family)
    if life_event:
        found = found.filter(life_events__code=life_event)
    if applicant:
        found = found.filter(applicants__contains=[applicant])
    if identity_level:
        found = found.filter(identity_level=identity_level)
    return _best_first(found, rank(query)) if query.strip() else found


def note_miss(query: str, *, municipality_id: int) -> None:
    """Count words that found nothing, for the open town's clerks; without digits, which may be somebody's number."""
    words = " ".join(word for word in words_of(query) if word.isalpha())[:80]
    day = terms.local_today()
    if not words or SearchMiss.objects.filter(municipality_id=municipality_id, day=day).count() >= MISSES_A_DAY:
        return
    row: dict[str, Any] = {
        "municipality_id": municipality_id,
        "words": words,
        "language": (get_language() or "eu")[:2],
        "day": day,
    }
    _counted, is_new = SearchMiss.objects.get_or_create(**row)
    if not is_new:
        SearchMiss.objects.filter(**row).update(times=F("times") + 1)


def _best_first(found: QuerySet[Procedure], codes: list[str]) -> QuerySet[Procedure]:
    keys = [_fresh()[1][code] for code in codes]
    order = Func(
        Value(keys, output_field=ArrayField(IntegerField())),
        F("pk"),
        function="array_position",
        output_field=IntegerField(),
    )
    return found.filter(pk__in=keys).order_by(order)


def _fresh() -> tuple[Index, dict[str, int]]:
    global _index
    if _index is None or time.monotonic() - _index[0] >= SECONDS_FRESH:
        procedures = list(Procedure.objects.select_related("family").order_by("position"))
        index = build(_entry(procedure) for procedure in procedures)
        _index = time.monotonic(), index, {procedure.code: procedure.pk for procedure in procedures}
    return _index[1], _index[2]


def _entry(procedure: Procedure) -> Entry:
    texts = [text for stem in ("summary", "who", "need") for text in names_of(procedure, stem).values()]
    return Entry(
        code=procedure.code,
        name=" ".join(names_of(procedure).values()),
        keywords=procedure.keywords,
        family=" ".join((procedure.family.synonyms, *names_of(procedure.family).values())),
        text=" ".join(texts),
    )

"""Search in the catalogue: what people type, in any language, with or without accents or a small slip."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import get_language

from core.municipalities.services import terms
from procedures.catalogue import names_of
from procedures.models import Family, LifeEvent, Procedure, SearchMiss
from procedures.search_index import Entry, Index, build, words_of

from .towns import Offer

SECONDS_FRESH = 300
MISSES_A_DAY = 500  # nobody fills the table by typing
CODE = re.compile(r"[A-Za-z]{2,5}-[0-9]{3}")


@dataclass(frozen=True)
class _Catalogue:
    """The province's catalogue as it was read: the rows are shared by all requests, so nobody changes them."""

    read_at: float
    index: Index
    procedures: dict[str, Procedure]  # by code, in the catalogue's order, each with its family
    life_events: list[LifeEvent]
    events_of: dict[str, frozenset[str]]  # code of a procedure → of its life events


_catalogue: _Catalogue | None = None


def forget_search() -> None:
    """Read the catalogue again at the next question (after a change in this process, and between tests)."""
    global _catalogue
    _catalogue = None


def rank(query: str) -> list[str]:
    """The codes of the province's procedures that fit, best first; from memory."""
    if CODE.fullmatch(query.strip()):
        code = query.strip().upper()
        return [code] if code in _fresh().procedures else []
    return _fresh().index.rank(query)


def search(query: str, **filters: Any) -> list[Procedure]:
    """The procedures that fit, best first, `filters` as of `narrow`; without a query, all that pass them in the
    catalogue's order, but for the discreet ones: only who searches finds those.

    From memory: the rows are everybody's, to be read only. Every language is searched whatever the reader's is.
    """
    catalogue, asked = _fresh(), bool(query.strip())
    codes: Collection[str] = rank(query) if asked else catalogue.procedures
    rows = [catalogue.procedures[code] for code in codes]
    return narrow([row for row in rows if asked or not row.discreet], **filters)


def narrow(
    rows: Collection[Procedure],
    *,
    offers: Mapping[str, Offer] | None = None,
    family: str = "",
    life_event: str = "",
    applicant: str = "",
    identity_levels: Collection[str] = (),
) -> list[Procedure]:
    """Those that pass, in the same order. `offers` keeps those that a town has on line. `family` is a slug,
    `life_event` a code, `identity_levels` are the town's own where it asks for another."""
    events_of = _fresh().events_of
    return [
        row
        for row in rows
        if (offers is None or row.code in offers)
        and (not family or row.family.slug == family)
        and (not life_event or life_event in events_of[row.code])
        and (not applicant or applicant in row.applicants)
        and (not identity_levels or _level(row, offers) in identity_levels)
    ]


def _level(row: Procedure, offers: Mapping[str, Offer] | None) -> str:
    return (offers[row.code].identity_level if offers else "") or row.identity_level


def families_of(procedures: Collection[Procedure]) -> list[Family]:
    """Each family once, in the catalogue's order."""
    return list({row.family_id: row.family for row in procedures}.values())


def life_events_of(procedures: Collection[Procedure]) -> list[tuple[LifeEvent, int]]:
    """The life events of which there is a procedure here, with how many there are."""
    catalogue = _fresh()
    many = Counter(event for row in procedures for event in catalogue.events_of[row.code])
    return [(event, many[event.code]) for event in catalogue.life_events if many[event.code]]


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


def _fresh() -> _Catalogue:
    global _catalogue
    if _catalogue is None or time.monotonic() - _catalogue.read_at >= SECONDS_FRESH:
        _catalogue = _read()
    return _catalogue


def _read() -> _Catalogue:
    procedures = list(Procedure.objects.select_related("family").order_by("position"))
    events = list(LifeEvent.objects.all())
    codes, events_of = {event.pk: event.code for event in events}, defaultdict[int, set[str]](set)
    for procedure_id, event_id in Procedure.life_events.through.objects.values_list("procedure", "lifeevent"):
        events_of[procedure_id].add(codes[event_id])
    families: dict[int, Family] = {}
    for row in procedures:
        row.family = families.setdefault(row.family_id, row.family)  # one object for all of its procedures
    return _Catalogue(
        read_at=time.monotonic(),
        index=build(_entry(row) for row in procedures),
        procedures={row.code: row for row in procedures},
        life_events=events,
        events_of={row.code: frozenset(events_of[row.pk]) for row in procedures},
    )


def _entry(procedure: Procedure) -> Entry:
    texts = [text for stem in ("summary", "who", "need") for text in names_of(procedure, stem).values()]
    return Entry(
        code=procedure.code,
        name=" ".join(names_of(procedure).values()),
        keywords=procedure.keywords,
        family=" ".join((procedure.family.synonyms, *names_of(procedure.family).values())),
        text=" ".join(texts),
    )

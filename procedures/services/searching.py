"""Search in the catalogue: what people type, in any language, with or without accents or a small slip."""

import re
import unicodedata
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import F, Q, QuerySet

from procedures.models import Procedure

WORD = re.compile(r"[a-z0-9ñ]+")
CODE = re.compile(r"[A-Za-z]{2,5}-[0-9]{3}")


def normalise(text: str) -> str:
    """Lower case, no accents; ñ stays a letter of its own."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ñ", "\0"))
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("\0", "ñ")


def prefixes(query: str) -> list[str]:
    """The words of a query cut so that Basque and Spanish endings do not matter: `lizentziaren` → `lizentzia`."""
    return [word[: max(4, len(word) - 3)] for word in WORD.findall(normalise(query)[:200])][:12]


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
    is searched whatever the reader's is. Prefix matches of all the words come first; where there is none, of any
    word; where there is none, names and synonyms that look alike.
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
    if CODE.fullmatch(query.strip()):
        return found.filter(code=query.strip().upper())
    return _matching(found, query) if query.strip() else found


def _matching(found: QuerySet[Procedure], query: str) -> QuerySet[Procedure]:
    text, stems = normalise(query)[:200], prefixes(query)
    alike = TrigramWordSimilarity(text, "search_names")
    for joint in (" & ", " | ") if len(stems) > 1 else (" & ",):
        tsquery = SearchQuery(joint.join(f"{stem}:*" for stem in stems), config="simple", search_type="raw")
        hits = found.filter(search_vector=tsquery) if stems else found.none()
        if hits.exists():
            return hits.annotate(rank=SearchRank(F("search_vector"), tsquery) + alike).order_by("-rank", "position")
    nearest = found.annotate(rank=alike, other=TrigramWordSimilarity(text, "search_words"))
    return nearest.filter(Q(rank__gt=0.5) | Q(other__gt=0.5)).order_by("-rank", "-other", "position")

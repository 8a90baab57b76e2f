"""The town's catalogue of procedures, and the page of each one, from which it starts."""

from threading import Lock
from typing import Any

from cachetools import TTLCache, cached
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext

from core.municipalities.constants import Module
from core.municipalities.middleware import public_page
from portal import facts, icons
from procedures.constants import DocumentSource, IdentityLevel, Initiation
from procedures.models import Family, LifeEvent, Procedure, TownProcedure
from procedures.services import (
    find_definition,
    find_town_procedure,
    has_questions,
    note_miss,
    questions_of,
    related_to,
    search,
    to_have_at_hand,
)

PAGE_SIZE = 12
SECONDS_FRESH = 60
MOST_ELSEWHERE = 3
MOST_RELATED = 4
# never named on a list, a title or a statistic: whoever needs it finds it by searching (catalogue, IGU-001)
DISCREET_EVENTS = ("violence",)


def require_procedures(request: Any) -> int:
    """The town's id, where it has taken up the procedures; a module that is off has no pages."""
    if request.town is None or request.town.municipality.is_county or Module.PROCEDURES not in request.town.modules:
        raise Http404
    return int(request.town.municipality.pk)


@cached(TTLCache(maxsize=128, ttl=SECONDS_FRESH), lock=Lock())
def families(municipality_id: int) -> list[Family]:
    """Those with procedures on line in this town; from memory, in whatever language they are read."""
    online = {
        "procedures__town_procedures__municipality": municipality_id,
        "procedures__town_procedures__enabled": True,
    }
    return list(Family.objects.filter(**online).distinct())


@cached(TTLCache(maxsize=128, ttl=SECONDS_FRESH), lock=Lock())
def life_events(municipality_id: int) -> list[LifeEvent]:
    """Those with procedures on line in this town, with how many; from memory."""
    online = Q(procedures__town_procedures__municipality=municipality_id, procedures__town_procedures__enabled=True)
    events = LifeEvent.objects.exclude(code__in=(*DISCREET_EVENTS, "any"))
    return list(events.annotate(many=Count("procedures", filter=online, distinct=True)).filter(many__gt=0))


@public_page
def catalogue(request: Any) -> HttpResponse:
    """`?q=` words, `topic=` family slug, `event=` life event, `who=` applicant, `level=simple` no certificate,
    `online=now` what can be done here at once, without going to the office."""
    town = require_procedures(request)
    asked = {
        name: request.GET.get(name, "").strip()[:100] for name in ("q", "topic", "event", "who", "level", "online")
    }
    filters: dict[str, Any] = {"identity_level__in": [IdentityLevel.NONE, IdentityLevel.EMAIL]}
    found = search(
        asked["q"],
        municipality_id=town,
        family=asked["topic"],
        life_event=asked["event"],
        applicant=asked["who"],
        **(filters if asked["level"] == "simple" else {}),
    )
    if asked["online"]:
        # an empty list of channels is every channel; what is done in person stays so
        here = TownProcedure.objects.filter(municipality=town, enabled=True).exclude(
            procedure__initiation=Initiation.IN_PERSON
        )
        here = here.filter(Q(channels=[]) | Q(channels__contains=["online"]))
        found = found.filter(pk__in=here.values("procedure"))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "asked": asked,
        "page": page,
        "results": [facts.at_a_glance(row, find_town_procedure(town, row.code)) for row in page],
        "families": families(town),
        "events": life_events(town),
        "audiences": _audiences(),
        "general": find_town_procedure(town, "REG-001"),
        "elsewhere": _elsewhere(asked["q"], town) if not page.paginator.count else [],
        "filtered": any(asked.values()),
        "query": query.urlencode(),
    }
    return render(request, "portal/catalogue.html", context)


def _elsewhere(query: str, town: int) -> list[Procedure]:
    """What the words mean in the province's catalogue, though not on line in this town under these filters."""
    found = list(search(query, discreet=False)[:MOST_ELSEWHERE]) if query else []
    if query and not found:
        note_miss(query, municipality_id=town)
    for procedure in found:
        procedure.offered = find_town_procedure(town, procedure.code)  # type: ignore[attr-defined]
    return found


@public_page
def procedure(request: Any, code: str) -> HttpResponse:
    town = require_procedures(request)
    offer = find_town_procedure(town, code)
    if offer is None:
        raise Http404
    row: Procedure = get_object_or_404(Procedure.objects.select_related("family"), code=code)
    documents = list(row.documents.select_related("type"))
    context = {
        "procedure": row,
        "offer": offer,
        "fee": facts.fee(row, offer),
        "term": facts.term(row),
        "promise": facts.promise(row),
        "identification": facts.identification(row, offer),
        "level": facts.level(row, offer),
        "silence": facts.silence(row),
        "bring": [d for d in documents if d.type.source == DocumentSource.APPLICANT],
        "ours": [d for d in documents if d.type.source != DocumentSource.APPLICANT],
        "laws": row.laws.select_related("reference"),
        "channels": [_channels()[name] for name in offer.channels if name in _channels()],
        "start_url": reverse("procedures:start", args=[row.code]) if _is_online(offer) else "",
        "related": _related(row.code, town),
        "has_questions": has_questions(row.code),
        "icon": icons.of_procedure(row.code),
    }
    return _discreetly(row, render(request, "portal/procedure.html", context))


def _related(code: str, town: int) -> list[Procedure]:
    """The nearest that the town offers; one statement."""
    codes = related_to(code)
    offered = {one.code: one for one in search("", municipality_id=town).filter(code__in=codes).exclude(code=code)}
    return [offered[one] for one in codes if one in offered][:MOST_RELATED]


@public_page
def eligibility(request: Any, code: str) -> HttpResponse:
    """Is this for you? All questions on one page, each answer a link within it: nothing is sent, nothing is kept."""
    town = require_procedures(request)
    row = _offered(code, town)
    questions = questions_of(row.code)
    if not questions:
        raise Http404
    away = [(one.number, ending) for one in questions for ending in one.endings if ending.why]
    others = {one.code: one for one in search("", municipality_id=town).filter(code__in=[e.code for _n, e in away])}
    context = {
        "procedure": row,
        "questions": questions,
        "away": [(number, ending, others.get(ending.code)) for number, ending in away],
    }
    return _discreetly(row, render(request, "portal/eligibility.html", context))


@public_page
def checklist(request: Any, code: str) -> HttpResponse:
    """One sheet to print: what to have at hand, what it costs, how long it takes and what comes next."""
    town = require_procedures(request)
    row = _offered(code, town)
    offer, definition = find_town_procedure(town, row.code), find_definition(row.code)
    documents = list(row.documents.select_related("type"))
    context = {
        "procedure": row,
        "offer": offer,
        "fee": facts.fee(row, offer),
        "term": facts.term(row),
        "promise": facts.promise(row),
        "identification": facts.identification(row, offer),
        "silence": facts.silence(row),
        "asked": to_have_at_hand(definition.form) if definition else [],
        "bring": [d for d in documents if d.type.source == DocumentSource.APPLICANT],
        "ours": [d for d in documents if d.type.source != DocumentSource.APPLICANT],
    }
    return _discreetly(row, render(request, "portal/checklist.html", context))


def _offered(code: str, town: int) -> Procedure:
    """The procedure, where the town offers it; Http404 otherwise."""
    if find_town_procedure(town, code) is None:
        raise Http404
    row: Procedure = get_object_or_404(Procedure.objects.select_related("family"), code=code)
    return row


def _discreetly(row: Procedure, response: HttpResponse) -> HttpResponse:
    """Nothing of a discreet matter stays on a shared computer."""
    if row.discreet:
        response["Cache-Control"] = "private, no-store"
    return response


def _is_online(offer: TownProcedure) -> bool:
    return "online" in offer.channels or not offer.channels


def _audiences() -> dict[str, str]:
    return {
        "citizen": gettext("A person"),
        "company": gettext("A company"),
        "representative": gettext("Somebody's representative"),
    }


def _channels() -> dict[str, str]:
    return {
        "in_person": gettext("At the office"),
        "appointment": gettext("At the office, by appointment"),
        "phone": gettext("By telephone"),
        "post": gettext("By post"),
    }

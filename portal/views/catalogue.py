"""The town's catalogue of procedures, and the page of each one, from which it starts."""

from collections.abc import Mapping
from threading import Lock
from typing import Any, NamedTuple

from cachetools import TTLCache, cached
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from core.municipalities.constants import Module
from core.municipalities.middleware import public_page
from portal import facts, icons
from procedures.constants import DocumentSource, IdentityLevel, Initiation
from procedures.models import Procedure
from procedures.services import (
    Offer,
    elsewhere_of,
    families_of,
    find_definition,
    find_form,
    find_town_procedure,
    has_questions,
    life_events_of,
    narrow,
    note_miss,
    offers_of,
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
NEVER_LISTED = (*DISCREET_EVENTS, "any")


def require_procedures(request: Any) -> int:
    """The town's id, where it has taken up the procedures; a module that is off has no pages."""
    if request.town is None or request.town.municipality.is_county or Module.PROCEDURES not in request.town.modules:
        raise Http404
    return int(request.town.municipality.pk)


class Moment(NamedTuple):
    code: str
    name: str
    many: int  # procedures


class Filters(NamedTuple):
    """What the catalogue of a town can be narrowed to, in one language."""

    topics: list[tuple[str, str]]  # slug of the family, name
    moments: list[Moment]


def filters_of(municipality_id: int) -> Filters:
    """Those that lead to a procedure on line in this town, in the reader's language; from memory."""
    return _filters_of(municipality_id, get_language())


@cached(TTLCache(maxsize=400, ttl=SECONDS_FRESH), lock=Lock())
def _filters_of(municipality_id: int, language: str | None) -> Filters:
    procedures = search("", offers=offers_of(municipality_id))
    return Filters(
        [(family.slug, family.name) for family in families_of(procedures)],
        [Moment(one.code, one.name, many) for one, many in life_events_of(procedures) if one.code not in NEVER_LISTED],
    )


@public_page
def catalogue(request: Any) -> HttpResponse:
    """`?q=` words, `topic=` family slug, `event=` life event, `who=` applicant, `level=simple` no certificate,
    `online=now` what can be done here at once, without going to the office."""
    town = require_procedures(request)
    asked = {
        name: request.GET.get(name, "").strip()[:100] for name in ("q", "topic", "event", "who", "level", "online")
    }
    offers = offers_of(town)
    anywhere = search(asked["q"])
    found = narrow(
        anywhere,
        offers=offers,
        family=asked["topic"],
        life_event=asked["event"],
        applicant=asked["who"],
        identity_levels=(IdentityLevel.NONE, IdentityLevel.EMAIL) if asked["level"] == "simple" else (),
    )
    if asked["online"]:
        found = [row for row in found if facts.is_begun_here(row, offers[row.code])]
    if asked["q"] and not anywhere:
        note_miss(asked["q"], municipality_id=town)
    support = next((row for row in anywhere[:MOST_ELSEWHERE] if row.discreet), None)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "asked": asked,
        "page": page,
        "results": [facts.at_a_glance(row, offers[row.code]) for row in page],
        "filters": filters_of(town),
        "audiences": _audiences(),
        "general": offers.get("REG-001"),
        # what the words mean in the province's catalogue, and whether the town has it on line at all
        "elsewhere": _with_offers([row for row in anywhere if not row.discreet], offers)
        if asked["q"] and not found
        else [],
        # help for who may be in danger, whatever the town or the filters leave out
        "support": support,
        "support_here": support is not None and support.code in offers,
        "filtered": any(asked.values()),
        "query": query.urlencode(),
    }
    response = render(request, "portal/catalogue.html", context)
    return _discreetly(support, response) if support else response


def _with_offers(rows: list[Procedure], offers: Mapping[str, Offer]) -> list[tuple[Procedure, bool]]:
    return [(row, row.code in offers) for row in rows[:MOST_ELSEWHERE]]


@public_page
def procedure(request: Any, code: str) -> HttpResponse:
    town = require_procedures(request)
    offer = find_town_procedure(town, code)
    if offer is None:
        raise Http404
    row: Procedure = get_object_or_404(Procedure.objects.select_related("family", "workflow"), code=code)
    start = reverse("procedures:start", args=[row.code])
    context = _told(row, offer) | {
        "level": facts.level(row, offer),
        "laws": [] if row.discreet else row.laws.select_related("reference"),  # a law's title says what it is about
        "channels": [_channels()[name] for name in offer.channels if name in _channels()],
        "where": facts.where(row, offer),
        "elsewhere": elsewhere_of(row.code),
        "start_url": start if facts.is_begun_here(row, offer) else "",
        # its form takes what the desk needs, and the hour
        "book_url": start if offer.is_taken and row.initiation == Initiation.IN_PERSON else "",
        "related": _related(row.code, town),
        "has_questions": has_questions(row.code),
        "icon": icons.of_procedure(row.code),
    }
    return _discreetly(row, render(request, "portal/procedure.html", context))


def _told(row: Procedure, offer: Any) -> dict[str, Any]:
    """What a procedure's page and its sheet to print both say."""
    documents = list(row.documents.select_related("type"))
    return {
        "procedure": row,
        "offer": offer,
        "fee": facts.fee(row, offer),
        "term": facts.term(row),
        "promise": facts.promise(row),
        "identification": facts.identification(row, offer),
        "silence": facts.silence(row),
        "bring": [d for d in documents if d.type.source == DocumentSource.APPLICANT],
        "ours": [d for d in documents if d.type.source != DocumentSource.APPLICANT],
    }


def _related(code: str, town: int) -> list[Procedure]:
    """The nearest that the town offers."""
    codes = related_to(code)
    offered = {one.code: one for one in search("", offers=offers_of(town))}
    return [offered[one] for one in codes if one in offered and one != code][:MOST_RELATED]


@public_page
def eligibility(request: Any, code: str) -> HttpResponse:
    """Is this for you? All questions on one page, each answer a link within it: nothing is sent, nothing is kept."""
    town = require_procedures(request)
    row = _offered(code, town)
    questions = questions_of(row.code)
    if not questions:
        raise Http404
    away = [(one.number, ending) for one in questions for ending in one.endings if ending.why]
    others = {one.code: one for one in search("", offers=offers_of(town))}
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
    row, offer = _offered(code, town), offers_of(town)[code]
    definition = find_definition(row.code)
    form = find_form(definition.form.id, offer.town_form_id) if definition else None
    context = _told(row, offer) | {"asked": to_have_at_hand(form) if form else []}
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

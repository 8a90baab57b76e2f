"""A town's home."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from core.municipalities.constants import Module
from core.municipalities.middleware import public_page
from portal import facts, icons
from procedures.services import offers_of, search

from .catalogue import filters_of
from .county import county_home

# what the town halls of the county say is asked for most (catalogue/README); a town pins its own before these
USUAL = ("PAD-006", "PAD-001", "REG-001", "TRI-001", "PAD-003", "REG-010", "URB-002", "REG-002", "VEH-005", "PAR-001")
TILES = 6
EVENTS = 8


@public_page
def home(request: Any) -> HttpResponse:
    if request.town is None or request.town.municipality.is_county:
        return county_home(request)
    context: dict[str, Any] = {"no_crumbs": True}
    if Module.PROCEDURES in request.town.modules:
        town = request.town.municipality.pk
        context |= {"tiles": _most_used(town), "events": _events(town)}
    return render(request, "portal/town_home.html", context)


def _most_used(municipality_id: int) -> list[dict[str, Any]]:
    """The town's pinned procedures, then the usual ones that it has on line."""
    offers = offers_of(municipality_id)
    rows = [row for row in search("", offers=offers) if offers[row.code].pinned or row.code in USUAL]
    place = {code: index for index, code in enumerate(USUAL)}
    ordered = sorted(rows, key=lambda row: (not offers[row.code].pinned, place.get(row.code, len(USUAL)), row.position))
    return [
        facts.at_a_glance(row, offers[row.code]) | {"icon": icons.of_procedure(row.code)} for row in ordered[:TILES]
    ]


def _events(municipality_id: int) -> list[dict[str, Any]]:
    return [
        {"moment": moment, "icon": icons.OF_LIFE_EVENT.get(moment.code, icons.PLAIN)}
        for moment in filters_of(municipality_id).moments[:EVENTS]
    ]

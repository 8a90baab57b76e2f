"""The county's home: every town, found by name or by comarca."""

from itertools import groupby
from typing import Any
from unicodedata import combining, normalize

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from core.municipalities.constants import Kind, Module
from core.municipalities.services import Town, all_towns
from portal import theme


def county_home(request: Any) -> HttpResponse:
    """`?q=` narrows the list; no statement, the towns are in memory."""
    query = request.GET.get("q", "").strip()[:60]
    found = [_card(request, town) for town in all_towns() if not town.municipality.is_county and _matches(town, query)]
    towns = sorted((card for card in found if card["kind"] == Kind.TOWN), key=lambda card: card["area"])
    areas = [(area, list(cards)) for area, cards in groupby(towns, key=lambda card: card["area"])]
    associations = [card for card in found if card["kind"] == Kind.ASSOCIATION]
    context = {"query": query, "found": found, "areas": areas, "associations": associations, "no_crumbs": True}
    return render(request, "portal/county_home.html", context)


def _card(request: Any, town: Town) -> dict[str, Any]:
    municipality, language = town.municipality, get_language()
    home = f"{request.scheme}://{town.hosts[0]}/{language}/" if town.hosts else f"/{municipality.slug}/{language}/"
    return {
        "kind": municipality.kind,
        "name": municipality.name,
        "area": municipality.comarca_eu if language == "eu" else municipality.comarca_es,
        "url": home,
        "slug": municipality.slug,
        "version": theme.digest(town.theme),
        "online": Module.PROCEDURES in town.modules,
    }


def _matches(town: Town, query: str) -> bool:
    municipality = town.municipality
    names = (municipality.name_eu, municipality.name_es, municipality.name_official, municipality.search_aliases)
    return _plain(query) in _plain(" ".join(names))


def _plain(text: str) -> str:
    """Without accents and capitals: people type "etxebarria" and "gernika lumo"."""
    letters = (letter for letter in normalize("NFD", text) if not combining(letter))
    return "".join(letters).lower().replace("-", " ")

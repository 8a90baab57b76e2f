"""A town's home."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from .county import county_home


def home(request: Any) -> HttpResponse:
    if request.town is None or request.town.municipality.is_county:
        return county_home(request)
    return render(request, "portal/town_home.html", {"no_crumbs": True})

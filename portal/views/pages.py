"""Pages that say how things are: offices, accessibility, privacy."""

from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import WEEKDAYS

from core.municipalities.middleware import public_page
from core.municipalities.models import DayOff, Office, OpeningHours


@public_page
def offices(request: Any) -> HttpResponse:
    """Where the town's offices are, when they open, and the next days on which they don't."""
    if request.town is None or request.town.municipality.is_county:
        raise Http404
    town, today = request.town.municipality, timezone.localdate()
    hours = OpeningHours.objects.filter(_valid_on(today), municipality=town)
    by_office: dict[int, list[OpeningHours]] = {}
    for row in hours:
        by_office.setdefault(row.office_id, []).append(row)
    places = [
        {"office": office, "week": _week(by_office.get(office.pk, []))}
        for office in Office.objects.filter(municipality=town).order_by("-is_main", "pk")
    ]
    days_off = DayOff.objects.filter(Q(municipality=town) | Q(municipality=None), day__gte=today).order_by("day")[:8]
    return render(request, "portal/offices.html", {"places": places, "days_off": days_off})


@public_page
def accessibility(request: Any) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@public_page
def privacy(request: Any) -> HttpResponse:
    return render(request, "portal/privacy.html")


def _valid_on(day: date) -> Q:
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gte=day))


def _week(rows: list[OpeningHours]) -> list[dict[str, Any]]:
    """Days with their hours, in order; a day without hours is closed and not listed."""
    ordered = sorted(rows, key=lambda row: (row.weekday, row.opens))
    return [{"day": WEEKDAYS[day], "hours": list(times)} for day, times in groupby(ordered, key=lambda r: r.weekday)]

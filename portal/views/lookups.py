"""What town halls ask other administrations about her, and what she does not want to be asked."""

from copy import copy
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.interoperability.models import DataLookup, Objection
from core.interoperability.services import take_back
from core.municipalities.middleware import own_rows_only
from core.municipalities.scope import acting_for
from core.municipalities.services import number_asked
from portal.status import town_of

SHOWN = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lookups(request: Any) -> HttpResponse:
    """Her objections that hold, each with its button, and the last look-ups; in every town."""
    if not request.actor.person_id:
        raise Http404
    if request.method == "POST":
        objection = get_object_or_404(Objection, pk=number_asked(request.POST.get("objection", "")))
        # a copy is the actor itself, no longer lazy
        actor = replace(copy(request.actor), municipality_id=objection.municipality_id)
        with acting_for(objection.municipality_id or 0):
            take_back(objection=objection, actor=actor)
        messages.success(request, _("Your objection is taken back: from now on it may be looked up again."))
        return redirect("portal:lookups")
    objections = Objection.objects.filter(until=None).order_by("-since")
    rows = DataLookup.objects.order_by("-asked_at")[:SHOWN]
    context = {
        "objections": [{"row": row, "town": town_of(row)} for row in objections],
        "lookups": [{"row": row, "town": town_of(row)} for row in rows],
    }
    return render(request, "portal/lookups.html", context)


# the door is a mark on the view itself, so it goes outside of what wraps it
lookups = own_rows_only(lookups)

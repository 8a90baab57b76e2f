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

from core.audit.services import Actor
from core.interoperability.models import Consent, DataLookup, Objection
from core.interoperability.services import take_back, withdraw_consent
from core.municipalities.middleware import own_rows_only
from core.municipalities.scope import acting_for
from core.municipalities.services import number_asked
from portal.status import town_of

SHOWN = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lookups(request: Any) -> HttpResponse:
    """Her objections and consents that hold, each with its button, and the last look-ups; in every town."""
    if not request.actor.person_id:
        raise Http404
    if request.method == "POST":
        if "consent" in request.POST:
            consent = get_object_or_404(Consent, pk=number_asked(request.POST["consent"]))
            with acting_for(consent.municipality_id or 0):
                withdraw_consent(consent=consent, actor=_acting(request, consent))
            messages.success(request, _("Your consent is taken back: it is not looked up any more."))
            return redirect("portal:lookups")
        objection = get_object_or_404(Objection, pk=number_asked(request.POST.get("objection", "")))
        with acting_for(objection.municipality_id or 0):
            take_back(objection=objection, actor=_acting(request, objection))
        messages.success(request, _("Your objection is taken back: from now on it may be looked up again."))
        return redirect("portal:lookups")
    objections = Objection.objects.filter(until=None).order_by("-since")
    consents = Consent.objects.filter(until=None).order_by("-given_at")
    rows = DataLookup.objects.order_by("-asked_at")[:SHOWN]
    context = {
        "objections": [{"row": row, "town": town_of(row)} for row in objections],
        "consents": [{"row": row, "town": town_of(row)} for row in consents],
        "lookups": [{"row": row, "town": town_of(row)} for row in rows],
    }
    return render(request, "portal/lookups.html", context)


def _acting(request: Any, row: Objection | Consent) -> Actor:
    """Her, in the row's town; a copy is the actor itself, no longer lazy."""
    actor: Actor = replace(copy(request.actor), municipality_id=row.municipality_id)
    return actor


# the door is a mark on the view itself, so it goes outside of what wraps it
lookups = own_rows_only(lookups)

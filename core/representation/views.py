"""My account: who may act for me, and for whom I may act."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.audit.constants import Level
from core.audit.services import Actor
from core.municipalities.middleware import no_door
from core.municipalities.services import DomainError

from . import services
from .models import Power
from .rights import get_power_for

VERBS: dict[str, Callable[..., Power]] = {
    "accept": services.accept,
    "refuse": services.refuse,
    "renounce": services.renounce,
    "revoke": services.revoke,
}


@login_required
@never_cache
@no_door
def powers(request: Any) -> HttpResponse:
    """Both lists, in every town."""
    actor: Actor = request.actor
    hers = services.powers_of(actor.person_id) if actor.person_id and actor.proved else services.PowersOf([], [])
    company = services.by_certificate(actor)
    context = {"powers": hers, "identify_url": _identify(request)}
    if company:
        context |= {"company": company, "companys": services.powers_of_company(actor)}
    return render(request, "representation/powers.html", context)


@login_required
@never_cache
@no_door
@require_http_methods(["GET", "HEAD", "POST"])
def power(request: Any, power_number: str) -> HttpResponse:
    """One power, and what she may do with it; each button is a POST."""
    found = get_power_for(request.actor, power_number)
    verb = VERBS.get(request.POST.get("verb", ""))
    if request.method == "POST" and verb:
        try:
            verb(found, actor=request.actor)
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Done. The other person has been told."))
        return redirect("representation:power", power_number=found.number)
    is_agent = found in services.powers_of(request.actor.person_id).received
    context = {
        "power": found,
        "is_agent": is_agent,
        "is_grantor": services.may_revoke(found, request.actor),
        "may_act": request.actor.level >= Level.CERTIFICATE,
        "identify_url": _identify(request),
    }
    return render(request, "representation/power.html", context)


def _identify(request: Any) -> str:
    return f"{reverse('identity:choose')}?{urlencode({'next': request.path})}"

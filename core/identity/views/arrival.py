"""What every gateway ends with: somebody has proved who she is, and the session must follow."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.audit.constants import Level
from core.audit.services import record
from core.identity.constants import ProofMethod
from core.identity.models import Person
from core.identity.services import ProvedIdentity, account_of, actor_of, find_person, prove
from core.identity.services.acting import EVIDENCE, LEVEL
from core.identity.services.persons import checked


@dataclass(frozen=True)
class Returned:
    """What a gateway says about the person who comes back from it."""

    identity: ProvedIdentity
    evidence: dict[str, Any]
    then: str
    language: str | None = None  # that of the visit, where the address to come back to has another


def require_on(code: str) -> None:
    """Http404 where this gateway is switched off."""
    if code not in settings.IDENTITY_GATEWAYS:
        raise Http404


def return_page(code: str, method: ProofMethod, read: Callable[[Any], Returned]) -> Callable[[Any], HttpResponse]:
    """The page to which a gateway sends people back; `read(request)` raises DomainError where nobody is proved."""

    @never_cache
    def back(request: Any) -> HttpResponse:
        require_on(code)
        came = read(request)
        with translation.override(came.language or translation.get_language()):
            return arrive(request, identity=came.identity, method=method, evidence=came.evidence, then=came.then)

    return back


ARRIVAL = "identity_arrival"
SECONDS = 10 * 60  # from the gateway to the account it belongs to


def arrive(
    request: Any, *, identity: ProvedIdentity, method: ProofMethod, evidence: dict[str, Any], then: str
) -> HttpResponse:
    """Sign in whoever proved her identity, or link the account that is open; `then` is where she was going.

    Raises DomainError where the open account and the identity are two people's.
    """
    identity = checked(identity)
    arrival = {
        "identity": identity.as_json(),
        "method": method,
        "evidence": evidence,
        "then": then,
        "until": time.time() + SECONDS,
    }
    if request.user.is_authenticated:
        return _settle(request, arrival)
    request.session[ARRIVAL] = arrival
    request.session.cycle_key()
    holder = find_person(identity.kind, identity.value, identity.country)
    account = account_of(holder) if holder else None
    if account:
        record_authentication(request, account, method)
        return perform_login(request, Login(user=account, redirect_url=reverse("identity:arrived")))
    messages.info(request, _("We know now who you are. Create an account, or sign in to the one you have."))
    then = urlencode({"next": reverse("identity:arrived")})
    return HttpResponseRedirect(f"{reverse('account_signup')}?{then}")


def arrived(request: Any) -> HttpResponse:
    """Back from signing in: the account gets the identity that this session proved minutes ago."""
    arrival = request.session.get(ARRIVAL)
    if not request.user.is_authenticated or not arrival or arrival["until"] < time.time():
        request.session.pop(ARRIVAL, None)
        messages.warning(request, _("Too much time has passed. Identify yourself again, please."))
        return redirect("identity:choose")
    identity = ProvedIdentity.from_json(arrival["identity"])
    holder = find_person(identity.kind, identity.value, identity.country)
    if (holder and holder == request.user.person) or request.method == "POST":
        return _settle(request, arrival)
    # whoever used this browser before may have left the identity behind: the link is for ever, so it is asked
    return render(request, "identity/link.html", {"identity": identity})


def _settle(request: Any, arrival: dict[str, Any]) -> HttpResponse:
    request.session.pop(ARRIVAL, None)
    identity = ProvedIdentity.from_json(arrival["identity"])
    method = ProofMethod(arrival["method"])
    holder = find_person(identity.kind, identity.value, identity.country)
    actor = actor_of(request)
    if holder is None or holder != request.user.person:
        holder = prove(request.user, identity=identity, method=method, evidence=arrival["evidence"], actor=actor)
        messages.success(request, _("Your identity is proved. You can now use every procedure."))
    _raise_level(request, holder, identity, method, arrival["evidence"])
    return HttpResponseRedirect(arrival["then"])


def _raise_level(
    request: Any, person: Person, identity: ProvedIdentity, method: ProofMethod, evidence: dict[str, Any]
) -> None:
    """A new session key, so that nobody who knew the old one rises with her."""
    request.session.cycle_key()
    request.session[LEVEL] = int(Level.CERTIFICATE)
    kept = {"method": method, "at": time.time(), **evidence}
    if identity.represents:
        kept["represents"] = {"nif": identity.represents.nif, "name": identity.represents.name}
    request.session[EVIDENCE] = kept
    record(
        "identity.signed_in",
        actor=actor_of(request),
        subject=person.pk,
        municipality_id=None,
        data={"method": method},
    )

"""Pick a person, and be her: citizens as if with a certificate, clerks past their second factor."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from core.identity.constants import ProofMethod
from core.identity.models import User
from core.identity.services import give_provisional_person, valid_memberships
from core.identity.views.arrival import arrive
from core.identity.views.door import safe_next

from .gateway import GATEWAY, refuse_production
from .people import DemoPerson, demo_people

BACKEND = "core.identity.backends.RoleBackend"


def demo(request: Any) -> HttpResponse:
    """The list of people, and being one of them."""
    if GATEWAY.code not in settings.IDENTITY_GATEWAYS:
        raise Http404
    refuse_production()
    clerks = _clerks(request)
    if request.method == "POST":
        chosen = request.POST.get("who", "")
        for person in demo_people():
            if person.email == chosen:
                return _be_citizen(request, person)
        for clerk in clerks:
            if clerk.email == chosen:
                return _be_clerk(request, clerk)
    shown = {"people": demo_people(), "clerks": clerks, "next": safe_next(request, settings.LOGIN_REDIRECT_URL)}
    return render(request, "identity/demo.html", shown)


def _clerks(request: Any) -> list[User]:
    """Those of the open town, where their addresses are invented ones."""
    town = request.town.municipality.pk if request.town else 0
    held = User.objects.filter(memberships__municipality=town, email__endswith=".example").distinct().order_by("email")
    return [user for user in held if valid_memberships(user.pk, town).exists()]


@transaction.atomic
def _account(person: DemoPerson) -> User:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User(email=person.email, name=person.name)
        user.set_unusable_password()
        give_provisional_person(user)
        user.save()
        EmailAddress.objects.create(user=user, email=person.email, verified=True, primary=True)
    return user


def _be_citizen(request: Any, person: DemoPerson) -> HttpResponse:
    then = safe_next(request, settings.LOGIN_REDIRECT_URL)
    logout(request)
    login(request, _account(person), backend=BACKEND)
    if not person.is_proved:
        return HttpResponseRedirect(then)
    return arrive(request, identity=person.identity, method=ProofMethod.DEMO, evidence={}, then=then)


def _be_clerk(request: Any, clerk: User) -> HttpResponse:
    logout(request)
    login(request, clerk, backend=BACKEND)
    record_authentication(request, clerk, "mfa", type="demo")
    return HttpResponseRedirect(resolve_url("admin:index"))

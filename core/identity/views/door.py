"""The way into the clerks' site: an account, a second factor, a role in this town."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from core.identity.services import has_second_factor, valid_memberships


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where the visitor was going; `otherwise` where that is no address of this host."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return resolve_url(otherwise)


def _go(name: str, then: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: then})}")


def staff_door(request: Any) -> HttpResponse:
    """Lead a clerk to what her session still lacks; tell anybody else that this is not her door."""
    inside = safe_next(request, "admin:index")
    user = request.user
    if not user.is_authenticated:
        return _go("account_login", inside)
    if request.town is None or not valid_memberships(user.pk, request.town.municipality.pk).exists():
        return render(request, "identity/no_clerk.html", status=403)
    if not is_mfa_enabled(user):
        return render(request, "identity/second_factor.html", {"next": inside})
    if not has_second_factor(request):
        return _go("mfa_reauthenticate", inside)
    return HttpResponseRedirect(inside)

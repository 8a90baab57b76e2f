"""How long a session lasts, for whoever has no JavaScript: a warning, staying, and what is left when it has ended."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from core.municipalities.middleware import no_door

from .door import safe_next


@never_cache
@no_door
def session(request: Any) -> HttpResponse:
    """`?stay=1` keeps her signed in and goes on to `next`; without it the page warns, and lets the session end.

    A page that nobody touches comes here by itself, so merely opening this one must not prolong anything.
    """
    then = safe_next(request, settings.LOGIN_REDIRECT_URL)
    if not request.user.is_authenticated:
        return render(request, "identity/session_ended.html", {"next": then})
    if "stay" in request.GET:
        return HttpResponseRedirect(then)
    request.lets_session_end = True
    return render(request, "identity/session.html", {"next": then})

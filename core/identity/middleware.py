"""`request.actor`: who acts, in which town, by which way; and what a visit keeps: its session, its language."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_from_path

from .services import actor_of, change_account

SEEN = "seen"  # in the session: when it was last written anew


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.certificate_host = urlsplit(settings.CERTIFICATE_HOST).hostname

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))
        response = self.get_response(request)
        if response.status_code < 500:
            signed_in = request.session.accessed and request.user.is_authenticated
            if signed_in and not getattr(request, "lets_session_end", False):
                _renew(request.session)
            _keep_language(request, response, signed_in=signed_in)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The certificate host shows one page; whoever wanders there is sent back to the portal."""
        on_it = self.certificate_host and request.get_host().split(":")[0] == self.certificate_host
        if on_it and not getattr(view, "on_certificate_host", False):
            return HttpResponseRedirect(settings.BASE_URL)
        return None


def _renew(session: Any) -> None:
    """Whoever is there stays signed in: the session's end moves on, at one statement every few minutes."""
    if time.time() - session.get(SEEN, 0) >= settings.SESSION_RENEW_SECONDS:
        session[SEEN] = int(time.time())


def _keep_language(request: Any, response: HttpResponse, *, signed_in: bool) -> None:
    """The language of the page that is read is the next visit's; who changes it while signed in is written to in it."""
    language = get_language_from_path(request.path_info)
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if language is None or language == kept or request.method != "GET" or response.status_code != 200:
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    user = request.user if signed_in else None
    if kept and user and user.language != language:
        change_account(user, name=user.name, language=language, actor=request.actor)

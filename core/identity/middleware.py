"""`request.actor`: who acts, in which town, by which way; and what a visit keeps: its session, its language."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_from_path

from .services import actor_of, change_account
from .sessions import account_of

SEEN = "seen"  # in the session: when it was last written anew


class AccountMiddleware(AuthenticationMiddleware):
    """`request.user`, at no cost beyond the session's."""

    def process_request(self, request: Any) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: account_of(request.session) or get_user(request))


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.certificate_host = urlsplit(settings.CERTIFICATE_HOST).hostname

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))
        response = self.get_response(request)
        if response.status_code < 500 and request.session.accessed and request.user.is_authenticated:
            if not getattr(request, "lets_session_end", False):
                _renew(request.session)
            _store_language(request, response)
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


def _store_language(request: Any, response: HttpResponse) -> None:
    """Who reads on in another language than before, signed in, is written to in that one."""
    read, before = get_language_from_path(request.path_info), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    user = request.user
    if read and before and read != before and read != user.language and _is_a_page(request, response):
        change_account(user, name=user.name, language=read, actor=request.actor)


class RememberLanguage:
    """The language of the page that is read is that of the next visit.

    Stands outside the cache of public pages: a page that carried a cookie would not be kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        language = response.get("Content-Language", "")
        is_new = language and language != request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if is_new and f"/{language}/" in request.path and _is_a_page(request, response):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _is_a_page(request: HttpRequest, response: HttpResponse) -> bool:
    html = response.get("Content-Type", "").startswith("text/html")
    return request.method == "GET" and response.status_code == 200 and html

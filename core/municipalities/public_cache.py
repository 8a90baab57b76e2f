"""Pages that are the same for everybody, kept in the process: front pages, the catalogue, what a procedure needs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]
Key = tuple[str, str, int]

MOST_PAGES = 600  # about 20 MB
MINUTE = 60  # every page says the official time to the minute (Ley 39/2015, art. 31.2), so it lives until the next one


@dataclass(frozen=True)
class KeptPage:
    content: bytes
    headers: tuple[tuple[str, str], ...]


class PublicPageCache:
    """Answers a reader who has no session with the page as it was made for another such reader of this minute.

    Only a page whose view is marked `public_page` is kept, and only as it answered a request that carried no cookie
    but the ones below; host and path, so town and language, are its key. It stands first: a hit costs neither the
    database nor a template. `PrivateByDefault` sees to every other answer.
    """

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.PUBLIC_PAGE_CACHE:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.pages: LRUCache[Key, KeptPage] = LRUCache(MOST_PAGES)
        self.lock = Lock()
        # these say nothing about who reads
        self.harmless = {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._may_share(request):
            return self.get_response(request)
        minute, second = divmod(int(time.time()), MINUTE)
        key = (request.get_host(), request.get_full_path(), minute)
        with self.lock:
            page = self.pages.get(key)
        if page is None:
            response = self.get_response(request)
            if not _is_public(response):
                return response
            page = _keep(response)
            with self.lock:
                self.pages[key] = page
        answer = HttpResponse(page.content, headers=dict(page.headers))
        answer["Cache-Control"] = f"public, max-age=0, s-maxage={MINUTE - second}"
        return answer

    def _may_share(self, request: HttpRequest) -> bool:
        return (
            request.method == "GET"
            and not request.META.get("QUERY_STRING")
            and "HTTP_AUTHORIZATION" not in request.META
            and self.harmless.issuperset(request.COOKIES)
        )


class PrivateByDefault:
    """No cache keeps an answer that does not say it may: not the browser of a shared computer, nor anything between."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response:
            session = settings.SESSION_COOKIE_NAME in request.COOKIES
            if getattr(response, "is_public_page", False) and not session:
                patch_cache_control(response, private=True, no_cache=True)
            else:
                patch_cache_control(response, private=True, no_store=True)
        return response


def _is_public(response: HttpResponse) -> bool:
    """Whether a view said that anybody may read this, and nothing that happened since says otherwise."""
    return bool(
        getattr(response, "is_public_page", False)
        and "no-store" not in response.get("Cache-Control", "")
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
    )


def _keep(response: HttpResponse) -> KeptPage:
    patch_vary_headers(response, ["Cookie"])
    return KeptPage(response.content, tuple(response.headers.items()))

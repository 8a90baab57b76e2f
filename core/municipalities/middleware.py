"""The town is in the address; the door opens around the view and closes before anything else is answered."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import get_script_prefix, set_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme

from .connections import drop_dead_connection
from .scope import acting_for, reading_own
from .services import DomainError, Town, find_by_host, find_by_slug, find_county

GetResponse = Callable[[HttpRequest], HttpResponse]
F = TypeVar("F", bound=Callable[..., Any])


def own_rows_only(view: F) -> F:
    """A page that shows a person her own rows, in every town: the door is `reading_own`."""
    view.door = "own"  # type: ignore[attr-defined]
    return view


def no_door(view: F) -> F:
    """A page that reads nothing behind the wall, or opens its own door."""
    view.door = "none"  # type: ignore[attr-defined]
    return view


def reads_body(view: F) -> F:
    """A view that reads its body by itself, not as a form: nothing may parse it before."""
    view.reads_body = True  # type: ignore[attr-defined]
    return view


def public_page(view: F) -> F:
    """A page that is the same for whoever has not signed in: `PublicPageCache` may keep it until the next minute."""

    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> Any:
        response = view(*args, **kwargs)
        response.is_public_page = True
        return response

    return marked  # type: ignore[return-value]


class TownMiddleware:
    """Moves the town's segment of the address to SCRIPT_NAME, so that every `reverse()` keeps it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        drop_dead_connection()
        before = get_script_prefix()
        try:
            request.town = self._enter(request)  # type: ignore[attr-defined]
            return self.get_response(request)
        finally:
            set_script_prefix(before)

    def _enter(self, request: HttpRequest) -> Town | None:
        if town := find_by_host(request.get_host().split(":")[0]):
            return town
        first, _, rest = request.path_info.lstrip("/").partition("/")
        town = find_by_slug(first)
        if town is None or town.municipality.is_county:
            return find_county()
        prefix = f"{get_script_prefix().rstrip('/')}/{first}"
        request.path_info = f"/{rest}"
        request.META["SCRIPT_NAME"] = prefix
        request.path = f"{prefix}/{rest}"
        set_script_prefix(f"{prefix}/")
        return town


class NullByte(BadRequest):
    """A text with a null byte, which Postgres can't hold."""


class WholeRequest:
    """Refuses what no view could read or keep, whichever of its parts a view looks at.

    Stands behind the language, so that the page that says so is the reader's; and behind the check against forgery,
    which has parsed the form already. A view that reads its body by itself is marked `reads_body`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding and request.encoding.lower() not in ("utf-8", "utf8"):
            request.encoding = "utf-8"  # the page that refuses it reads the request too
            raise BadRequest("a charset other than UTF-8, which all our forms are sent in")
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise NullByte
        _refuse_null_bytes([request.path_info, *request.COOKIES.values()])
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.method == "POST" and not getattr(view, "reads_body", False):
            for name, values in request.POST.lists():
                _refuse_null_bytes([name, *values])


def _refuse_null_bytes(texts: Iterable[object]) -> None:
    if any("\0" in str(text) for text in texts):
        raise NullByte


class ScopeMiddleware:
    """Runs the view, and the rendering of its answer, behind its door; any exception rolls everything back.

    It stands last: a door around `get_response` would commit on a 500, for by then the exception is a response.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        # the handler behind the innermost get_response, which knows the other middlewares' process_exception
        self.handler = get_response.__wrapped__.__self__  # type: ignore[attr-defined]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        try:
            with self._door(request, view):
                response = view(request, *args, **kwargs)
                if response is None:
                    raise ValueError(f"{view} returned None")
                if callable(getattr(response, "render", None)):
                    response = response.render()
                return response
        except DomainError as error:
            return _refusal(request, error)
        except Exception as error:
            # outside the door: allauth's reauthentication, for one, answers here
            if response := self.handler.process_exception_by_middleware(error, request):
                return response
            raise

    def _door(self, request: Any, view: Any) -> AbstractContextManager[None]:
        door = getattr(view, "door", "town")
        if door == "own" and request.actor.person_id:
            return reading_own(request.actor.person_id)
        if door == "none" or request.town is None:
            return nullcontext()
        return acting_for(request.town.municipality.pk)


def _refusal(request: Any, error: DomainError) -> HttpResponse:
    if request.resolver_match and "admin" in request.resolver_match.namespaces:
        messages.error(request, str(error.message))
        back = request.META.get("HTTP_REFERER", "")
        if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
            return HttpResponseRedirect(back)
    return render(request, "errors/409.html", {"message": error.message}, status=409)

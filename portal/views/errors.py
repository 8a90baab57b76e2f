"""Error pages in the reader's language. They read nothing: neither the session nor the database may be there."""

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import activate, get_language, get_language_from_request

from core.municipalities.middleware import NullByte, no_door
from portal.context import shell


def error_page(request: Any, status: int, template: str = "", **context: Any) -> HttpResponse:
    """The page of this status. Rendered without a request: no context processor may ask for a user."""
    body = render_to_string(
        template or f"errors/{status}.html",
        {**shell(request), "LANGUAGE_CODE": get_language(), "status": status, "no_crumbs": True, **context},
    )
    return HttpResponse(body, status=status)


def bad_request(request: Any, exception: Exception) -> HttpResponse:
    is_too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    if not hasattr(request, "LANGUAGE_CODE"):  # refused before anybody asked for it
        activate(get_language_from_request(request))
    return error_page(request, 400, is_null_byte=isinstance(exception, NullByte), is_too_much=is_too_much)


def forbidden(request: Any, exception: Exception) -> HttpResponse:
    return error_page(request, 403, message=str(exception))


def not_found(request: Any, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: Any) -> HttpResponse:
    """A database that is away says so: whoever waits a minute gets her answer."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = error_page(request, 503)
        response["Retry-After"] = "60"
        return response
    return error_page(request, 500)


@no_door
def csrf_failure(request: Any, reason: str = "") -> HttpResponse:
    """The form's key was missing or old: another tab signed in or out, or cookies are off."""
    return error_page(request, 403, "errors/403_csrf.html")

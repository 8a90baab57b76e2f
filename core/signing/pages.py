"""What the pages of every way share: whose request it is, where she goes back to, whose address it was."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.documents.services import client_of
from core.municipalities.middleware import no_door
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError

from .models import SigningRequest
from .rights import get_signing_for

Page = Callable[[Any, SigningRequest], HttpResponse | FileResponse]


def signing_page(*methods: str, door: bool = True) -> Callable[[Page], Callable[..., HttpResponse | FileResponse]]:
    """A page of one request: fetched for her by its slug, run in its town, any refusal told on the signing page.

    With `door=False` no transaction is open around it: it asks somebody outside, and opens its doors by itself.
    """

    def decorate(page: Page) -> Callable[..., HttpResponse | FileResponse]:
        @no_door
        @never_cache
        @require_http_methods(list(methods))
        @wraps(page)
        def view(request: Any, signing_slug: str) -> HttpResponse | FileResponse:
            try:
                found = get_signing_for(request.actor, signing_slug)
            except Http404:
                if request.actor.user_id or request.town is None:
                    raise
                return redirect_to_login(request.get_full_path())  # she may just have lost her session
            try:
                with acting_for(found.municipality_id or 0) if door else nullcontext():
                    return page(request, found)
            except DomainError as error:  # rolled back; or, after the commit, a mail server that is away
                return refused(request, found, error)

        return view

    return decorate


def refused(request: Any, found: SigningRequest, error: DomainError) -> HttpResponse:
    """Back to the signing page, which says why and offers what there is."""
    messages.error(request, str(error.message))
    return redirect("signing:sign", signing_slug=found.slug)


def client_hash(request: Any) -> str:
    """Of the address that somebody signs from: comparable, and no address."""
    return salted_hmac("core.signing.client", client_of(request), algorithm="sha256").hexdigest()[:32]

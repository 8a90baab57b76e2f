"""`request.actor`: who acts, in which town, by which way."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject

from .services import actor_of


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.certificate_host = urlsplit(settings.CERTIFICATE_HOST).hostname

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The certificate host shows one page; whoever wanders there is sent back to the portal."""
        on_it = self.certificate_host and request.get_host().split(":")[0] == self.certificate_host
        if on_it and not getattr(view, "on_certificate_host", False):
            return HttpResponseRedirect(settings.BASE_URL)
        return None

"""Open AutoFirma; wait for it; look at what it brought. Works without JavaScript: a link and a button."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.signing.constants import STATEMENT
from core.signing.models import SigningRequest
from core.signing.pages import client_hash, signing_page
from core.signing.words import grouped

from . import keeping


@signing_page("POST")
def begin(request: Any, found: SigningRequest) -> HttpResponse:
    keeping.begin(request=found, sha256=request.POST.get("sha256", ""), actor=request.actor)
    return redirect("signing:autofirma", signing_slug=found.slug)


@signing_page("GET", "HEAD", "POST", door=False)
def wait(request: Any, found: SigningRequest) -> HttpResponse:
    """The link that opens AutoFirma; POST looks at what came."""
    if request.method == "POST":
        return _take(request, found)
    with acting_for(found.municipality_id or 0):
        return _page(request, found)


def _page(request: Any, found: SigningRequest) -> HttpResponse:
    attempt = keeping.open_attempt(found)
    if attempt is None:
        return redirect("signing:sign", signing_slug=found.slug)
    context = {
        "signing": found,
        "document": found.document,
        "version": attempt.version,
        "digest": grouped(attempt.version.sha256),
        "address": keeping.address_of(attempt),
        "state": keeping.state_of(attempt),
        "statement": _(STATEMENT),
    }
    return render(request, "signing/autofirma.html", context)


def _take(request: Any, found: SigningRequest) -> HttpResponse:
    """While no door is open: the certificate's issuer is asked."""
    try:
        keeping.take(request=found, client=client_hash(request), actor=request.actor)
    except DomainError as error:
        if error.code not in keeping.LATER:
            raise
        messages.error(request, str(error.message))
        return redirect("signing:autofirma", signing_slug=found.slug)
    messages.success(request, _("You have signed the document."))
    return redirect("signing:sign", signing_slug=found.slug)


@signing_page("GET", "HEAD")
def state(request: Any, found: SigningRequest) -> HttpResponse:
    """What the waiting page's script asks: whether AutoFirma has brought anything."""
    return JsonResponse({"state": keeping.state_of(keeping.open_attempt(found))})

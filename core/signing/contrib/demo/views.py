"""Sign at once, with a certificate that is none."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.identity.services import proved_identifiers
from core.signing import services
from core.signing.constants import Method
from core.signing.models import SigningRequest
from core.signing.pages import client_hash, signing_page

from .gateway import GATEWAY, refuse_production


@signing_page("POST")
def sign(request: Any, found: SigningRequest) -> HttpResponse:
    from . import issuing  # pyHanko is 30 MB that only those who sign carry

    if GATEWAY.code not in settings.SIGNING_GATEWAYS:
        raise Http404
    refuse_production()
    sha256 = request.POST.get("sha256", "")
    attempt = services.begin(request=found, method=Method.DEMO, sha256=sha256, minutes=1, actor=request.actor)
    number = str(proved_identifiers(found.person)[0])
    signed = issuing.sign(services.read(attempt.version), name=str(found.person), number=number)
    more = {"client": client_hash(request)}
    services.take_signed_file(attempt=attempt, signed=signed, more=more, trust=issuing.trust, actor=request.actor)
    messages.success(request, _("You have signed the document."))
    return redirect("signing:sign", signing_slug=found.slug)

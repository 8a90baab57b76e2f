"""To the signing service and back, twice."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.municipalities.middleware import no_door
from core.signing.models import Signature, SigningRequest
from core.signing.pages import client_hash, signing_page

BEGUN = "signing_cloud"  # in the session
# without the town: the service registers each address to come back to, and knows one for each host
BACK = "/signing/cloud/back/"


@signing_page("POST")
def start(request: Any, found: SigningRequest) -> HttpResponse:
    from .trips import begin  # pyHanko is 30 MB that only those who sign carry

    then = reverse("signing:cloud_back", args=[found.slug])
    back_address = f"{request.scheme}://{request.get_host()}{BACK}"
    return HttpResponseRedirect(begin(request, found, then=then, back=back_address))


@no_door
@never_cache
@require_http_methods(["GET", "HEAD"])
def back(request: Any) -> HttpResponse:
    """The address that the service knows: on to the page in the town's site that this session began from."""
    begun = request.session.get(BEGUN)
    if not begun:
        raise Http404
    return HttpResponseRedirect(f"{begun['then']}?{urlencode(request.GET.dict())}")


@signing_page("GET", "HEAD", door=False)
def come(request: Any, found: SigningRequest) -> HttpResponse:
    if BEGUN not in request.session:  # read again, or another visit's
        return redirect("signing:sign", signing_slug=found.slug)
    from .trips import come_back

    done = come_back(request, found, client=client_hash(request))
    if isinstance(done, Signature):
        messages.success(request, _("You have signed the document."))
        return redirect("signing:sign", signing_slug=found.slug)
    return HttpResponseRedirect(done)

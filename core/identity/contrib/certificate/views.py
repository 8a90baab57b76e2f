"""Three pages: begin (portal), present the certificate (its own host), come back (portal)."""

from typing import Any
from urllib.parse import unquote, urlencode

from cryptography import x509
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.identity.constants import ProofMethod
from core.identity.views.arrival import Returned, require_on, return_page
from core.identity.views.door import safe_next
from core.municipalities.middleware import no_door
from core.municipalities.services import DomainError

from .gateway import GATEWAY, host
from .handover import begin, give, read_begun, take
from .subject import read_subject
from .trust import check


@never_cache
@no_door
def start(request: Any) -> HttpResponse:
    """Off to the certificate host."""
    require_on(GATEWAY.code)
    back = request.build_absolute_uri(reverse("identity:certificate_back"))
    word = begin(request.session, back=back, then=safe_next(request, settings.LOGIN_REDIRECT_URL))
    present_url = reverse("identity:certificate_present")
    return HttpResponseRedirect(f"{settings.CERTIFICATE_HOST}{present_url}?{urlencode({'begun': word})}")


@never_cache
@no_door
def present(request: HttpRequest) -> HttpResponse:
    """Read and check what the browser presented to nginx; only nginx knows the secret that makes us believe it."""
    require_on(GATEWAY.code)
    secret = settings.CERTIFICATE_PROXY_SECRET
    from_proxy = request.headers.get("X-Client-Proxy", "")
    if not secret or request.get_host().split(":")[0] != host() or not constant_time_compare(from_proxy, secret):
        raise Http404
    begun = None
    try:
        begun = read_begun(request.GET.get("begun", ""))
        certificate = _presented(request)
        identity = read_subject(certificate)
        token = give(begun, identity=identity, evidence=check(certificate))
    except DomainError as error:
        again = begun.back.rsplit("certificate/back/", 1)[0] + "identify/" if begun else settings.BASE_URL
        shown = {"message": error.message, "again": again}
        return render(request, "identity/certificate_problem.html", shown, status=403)
    return HttpResponseRedirect(f"{begun.back}?{urlencode({'token': token})}")


present.on_certificate_host = True  # type: ignore[attr-defined]


def _presented(request: HttpRequest) -> x509.Certificate:
    verdict = request.headers.get("X-Client-Verify", "NONE")
    if verdict == "NONE":
        raise DomainError(
            _("Your browser sent no certificate. Put your card in the reader, close the browser, and try again.")
        )
    if "expired" in verdict:
        raise DomainError(_("This certificate has expired. Renew it, or use another one."))
    if verdict != "SUCCESS":
        raise DomainError(
            _("We do not know who issued this certificate. Use the DNIe, Izenpe, ONA, BizkaiBai or FNMT.")
        )
    try:
        return x509.load_pem_x509_certificate(unquote(request.headers.get("X-Client-Cert", "")).encode())
    except ValueError as error:
        raise DomainError(_("This certificate can't be read.")) from error


def _read(request: Any) -> Returned:
    """The token opens what the certificate host wrote down, once, in the session that began."""
    return Returned(*take(request.session, request.GET.get("token", "")))


back = return_page(GATEWAY.code, ProofMethod.CERTIFICATE, _read)

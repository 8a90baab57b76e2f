"""To Giltza and back."""

import secrets
import time
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.identity.constants import ProofMethod
from core.identity.services import ProvedIdentity, Represented, is_number_of_entity, kind_of_number
from core.identity.views.arrival import Returned, require_on, return_page
from core.identity.views.door import safe_next
from core.municipalities.middleware import no_door
from core.municipalities.services import DomainError

from .client import authorize_url, claims_for
from .gateway import GATEWAY

BEGUN = "giltza_begun"  # in the session
SECONDS = 15 * 60
# without the town: Izenpe registers each address to come back to, and knows one for each host
BACK = "/eu/account/giltza/back/"


@never_cache
@no_door
def start(request: Any) -> HttpResponse:
    require_on(GATEWAY.code)
    begun: dict[str, Any] = {
        "state": secrets.token_urlsafe(24),
        "verifier": secrets.token_urlsafe(48),
        "redirect_uri": f"{request.scheme}://{request.get_host()}{BACK}",
        "language": translation.get_language(),
        "then": safe_next(request, settings.LOGIN_REDIRECT_URL),
        "until": time.time() + SECONDS,
    }
    request.session[BEGUN] = begun
    asked = {name: begun[name] for name in ("state", "verifier", "redirect_uri", "language")}
    return HttpResponseRedirect(authorize_url(**asked))


def _read(request: Any) -> Returned:
    """The state ties the answer to this session; the code is good once."""
    begun = request.session.pop(BEGUN, None)
    if not begun or begun["until"] < time.time():
        raise DomainError(_("Too much time has passed. Identify yourself again, please."))
    with translation.override(begun["language"]):
        if not constant_time_compare(request.GET.get("state", ""), begun["state"]):
            raise DomainError(_("This answer of Giltza belongs to another visit. Identify yourself again, please."))
        if "code" not in request.GET:
            raise DomainError(_("You have not identified yourself in Giltza. Try again, or choose another way."))
        known = {"verifier": begun["verifier"], "redirect_uri": begun["redirect_uri"]}
        claims = claims_for(code=request.GET["code"], **known)
        evidence = {"issuer": claims.get("issuer") or "Izenpe", "acr": claims.get("acr", "")}
        return Returned(read_claims(claims), evidence, begun["then"], begun["language"])


back = return_page(GATEWAY.code, ProofMethod.GILTZA, _read)


def read_claims(claims: dict[str, Any]) -> ProvedIdentity:
    """The person of Giltza's claims; `dni` is the key. DomainError below the medium level or without a number."""
    if str(claims.get("acr", "")).endswith(":low"):
        raise DomainError(_("BAK alone is not enough here: use BAKQ or a certificate."))
    kind = kind_of_number(str(claims.get("dni") or ""))
    if kind is None:
        raise DomainError(_("Giltza did not give us a NIF or NIE. Identify yourself in another way."))
    cif = str(claims.get("cif") or "")
    company = Represented(cif, str(claims.get("organization") or "")) if is_number_of_entity(cif) else None
    given = str(claims.get("given_name") or claims.get("name") or "")
    surnames = (str(claims.get("surname1") or ""), str(claims.get("surname2") or ""))
    return ProvedIdentity(kind, str(claims["dni"]), given, *surnames, represents=company)

"""The two trips to the signing service: first to know her certificate, then to be allowed to sign one hash with it."""

import secrets
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.audit.services import Actor
from core.identity.models import Person
from core.identity.services import is_certificate_of
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.signing import services
from core.signing.constants import Method
from core.signing.models import Signature, SigningAttempt, SigningRequest

from .client import Credential, allowing, authorize_url, credential_ids, find_credential, sign_hash, token_for
from .preparing import Prepared, fill, prepare
from .views import BEGUN  # the session holds the tokens, and is the one that began

MINUTES = 15


def begin(request: Any, found: SigningRequest, *, then: str, back: str) -> str:
    """Off for a token of the service; `then` is a page of the town's site, `back` what the service knows."""
    attempt = services.begin(
        request=found,
        method=Method.CLOUD,
        sha256=request.POST.get("sha256", ""),
        minutes=MINUTES,
        actor=request.actor,
    )
    begun = {"attempt": attempt.pk, "then": then, "back": back}
    return _leave(request.session, begun, step="service")


def come_back(request: Any, found: SigningRequest, *, client: str) -> Signature | str:
    """From a trip: where the browser goes next, or the signature. DomainError ends the try.

    While no door is open: the service is asked between two short transactions, and no row is held meanwhile.
    """
    begun = request.session[BEGUN]
    attempt = _claim(found, begun)
    del request.session[BEGUN]
    try:
        token = token_for(code=_code(request, begun), verifier=begun["verifier"], redirect_uri=begun["back"])
        if begun["step"] == "service":
            return _ask_permission(request, begun | {"token": token}, attempt)
        return _sign(begun, attempt, sad=token, client=client, actor=request.actor)
    except DomainError as error:
        services.fail(attempt=attempt, reason=str(error.message), actor=request.actor)
        raise


def _claim(found: SigningRequest, begun: dict[str, Any]) -> SigningAttempt:
    """The attempt that this session began, this trip's answer written down as taken: the service's code is good once,
    and whoever brings it again, at the same moment too, changes nothing."""
    with acting_for(found.municipality_id or 0):
        attempt = services.lock_attempt(found, Method.CLOUD, SigningAttempt(pk=begun["attempt"]))
        known = attempt.data.setdefault("taken", [])
        if begun["step"] in known:
            raise services.taken()
        known.append(begun["step"])
        attempt.save(update_fields=["data"])
    return attempt


def _leave(session: Any, begun: dict[str, Any], *, step: str, **more: str) -> str:
    fresh = {"state": secrets.token_urlsafe(24), "verifier": secrets.token_urlsafe(48), "step": step}
    session[BEGUN] = begun | fresh
    return authorize_url(
        scope=step,
        state=fresh["state"],
        verifier=fresh["verifier"],
        redirect_uri=begun["back"],
        language=(get_language() or "eu")[:2],
        **more,
    )


def _code(request: Any, begun: dict[str, Any]) -> str:
    """The state ties the answer to this session, and to this attempt."""
    if not constant_time_compare(request.GET.get("state", ""), begun["state"]):
        raise DomainError(
            _("This answer of the signing service belongs to another visit. Begin to sign again, please.")
        )
    if "code" not in request.GET:
        raise DomainError(_("You have not allowed the signature on the service's page. Nothing has been signed."))
    return str(request.GET["code"])


def _ask_permission(request: Any, begun: dict[str, Any], attempt: SigningAttempt) -> str:
    """Find her certificate, make the file ready, and go for permission to sign exactly that."""
    town = attempt.municipality_id or 0
    credential = _hers(begun["token"], attempt.request)
    file, prepared = prepare(services.read(attempt.version), credential, field=f"Signature-{attempt.pk}")
    kept = services.put_aside(town, file)
    try:
        with acting_for(town):
            held = services.lock_attempt(attempt.request, Method.CLOUD, attempt)
            held.data |= {"credential": credential.id, services.ASIDE: kept, "prepared": prepared.as_json()}
            held.save(update_fields=["data"])
    except DomainError:
        services.throw_away(town, kept)
        raise
    bound = allowing(credential.id, bytes.fromhex(prepared.attributes))
    return _leave(request.session, begun, step="credential", **bound)


def _hers(token: str, found: SigningRequest) -> Credential:
    """The first enabled certificate of the service that holds her own number."""
    for credential_id in credential_ids(token):
        credential = find_credential(credential_id, token)
        if credential.is_enabled and _names(credential, found.person):
            return credential
    raise DomainError(
        _("The signing service keeps no certificate with your number. Sign in another way."), code="other"
    )


def _names(credential: Credential, person: Person) -> bool:
    try:
        return is_certificate_of(credential.certificate, person)
    except DomainError:  # it names nobody: a company's seal
        return False


def _sign(begun: dict[str, Any], attempt: SigningAttempt, *, sad: str, client: str, actor: Actor) -> Signature:
    data = attempt.data
    prepared, file = Prepared(**data["prepared"]), services.read_aside(attempt)
    credential = find_credential(data["credential"], begun["token"])
    signature = sign_hash(credential, bytes.fromhex(prepared.attributes), token=begun["token"], sad=sad)
    more = {"service": settings.CSC_URL, "credential": credential.id, "client": client}
    signed = fill(file, prepared, credential, signature)
    return services.take_signed_file(attempt=attempt, signed=signed, more=more, actor=actor)

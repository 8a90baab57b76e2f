"""The two trips to the signing service: first to know her certificate, then to be allowed to sign one hash with it."""

import secrets
import time
from typing import Any

from cryptography import x509
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.audit.services import Actor
from core.documents.models import DocumentVersion
from core.documents.services import open_for_reader, store
from core.identity.services import is_certificate_of
from core.municipalities.services import DomainError
from core.signing import services
from core.signing.constants import Method
from core.signing.models import Signature, SigningAttempt, SigningRequest

from .client import Credential, allowing, authorize_url, credential_ids, find_credential, sign_attributes, token_for
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
    begun = {"attempt": attempt.pk, "slug": found.slug, "then": then, "back": back, "until": time.time() + MINUTES * 60}
    return _leave(request.session, begun, step="service")


def come_back(request: Any, found: SigningRequest, *, client: str) -> Signature | str:
    """From a trip: where the browser goes next, or the signature. Inside the town's door. DomainError ends the try."""
    begun = request.session.pop(BEGUN, None)
    attempt = services.lock_attempt(found, Method.CLOUD)
    try:
        code = _code(request, begun, attempt)
        token = token_for(code=code, verifier=begun["verifier"], redirect_uri=begun["back"])
        if begun["step"] == "service":
            return _ask_permission(request, begun | {"token": token}, attempt)
        return _sign(begun, attempt, sad=token, client=client, actor=request.actor)
    except DomainError as error:
        services.fail(attempt=attempt, reason=str(error.message), actor=request.actor)
        raise


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


def _code(request: Any, begun: dict[str, Any] | None, attempt: SigningAttempt) -> str:
    """The state ties the answer to this session, and to this attempt."""
    if not begun or begun["until"] < time.time() or begun["attempt"] != attempt.pk:
        raise DomainError(_("Too much time has passed. Begin to sign again, please."), code="expired")
    if not constant_time_compare(request.GET.get("state", ""), begun["state"]):
        raise DomainError(
            _("This answer of the signing service belongs to another visit. Begin to sign again, please.")
        )
    if "code" not in request.GET:
        raise DomainError(_("You have not allowed the signature on the service's page. Nothing has been signed."))
    return str(request.GET["code"])


def _ask_permission(request: Any, begun: dict[str, Any], attempt: SigningAttempt) -> str:
    """Find her certificate, make the file ready, and go for permission to sign exactly that."""
    credential = _hers(begun["token"], attempt.request)
    field = f"Signature-{attempt.pk}"
    file, prepared = prepare(services.read(attempt.version), credential, field=field)
    attempt.data = {
        "credential": credential.session.credential_id,
        "file": store(attempt.municipality_id or 0, file).sha256,
        "prepared": prepared.as_json(),
    }
    attempt.save(update_fields=["data"])
    bound = allowing(credential.session.credential_id, bytes.fromhex(prepared.attributes))
    return _leave(request.session, begun, step="credential", **bound)


def _hers(token: str, found: SigningRequest) -> Credential:
    """The first enabled certificate of the service that holds her own number."""
    for credential_id in credential_ids(token):
        credential = find_credential(credential_id, token)
        certificate = x509.load_der_x509_certificate(credential.info.signing_cert.dump())
        if credential.is_enabled and is_certificate_of(certificate, found.person):
            return credential
    raise DomainError(
        _("The signing service keeps no certificate with your number. Sign in another way."), code="other"
    )


def _sign(begun: dict[str, Any], attempt: SigningAttempt, *, sad: str, client: str, actor: Actor) -> Signature:
    data = attempt.data
    prepared = Prepared(**data["prepared"])
    credential = find_credential(data["credential"], begun["token"])
    signature = sign_attributes(credential, bytes.fromhex(prepared.attributes), sad)
    with open_for_reader(DocumentVersion(municipality_id=attempt.municipality_id, sha256=data["file"])) as blob:
        signed = fill(blob.read(), prepared, signature)
    more = {"service": credential.session.service_url, "credential": data["credential"], "client": client}
    return services.take_signed_file(attempt=attempt, signed=signed, more=more, actor=actor)

"""A try to sign: bound to the bytes that were shown, good for some minutes and for one signature."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.constants import Level
from core.audit.services import Actor, record
from core.documents.models import DocumentVersion
from core.documents.services import allow
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.signing.constants import MOST_BYTES, PDF, AttemptState
from core.signing.gateways import Gateway, gateways, require_on
from core.signing.models import SigningAttempt, SigningRequest

from .aside import forget_aside
from .asking import check_signable, lock

BEGUN_AN_HOUR = 12  # by one person, by whatever way


@dataclass(frozen=True)
class Way:
    """A way to sign, and what keeps this session from it: nothing, or `identify`."""

    gateway: Gateway
    lacks: str


def shown_version(request: SigningRequest) -> DocumentVersion | None:
    """The bytes that there are to sign today: the document's last version; None while it is being made."""
    return DocumentVersion.objects.filter(document_id=request.document_id).order_by("-number").first()


def ways(version: DocumentVersion, actor: Actor) -> list[Way]:
    """The ways in which these bytes can be signed; those that need a better identified session say so."""
    # without a seal in it, nobody can tell what else was added together with a signature
    takes_pades = version.mime == PDF and version.sealed_at is not None and version.size <= MOST_BYTES
    offered = [gateway for gateway in gateways() if takes_pades or not gateway.pdf_only]
    return [Way(gateway, "" if _is_enough(gateway, actor) else "identify") for gateway in offered]


def _is_enough(gateway: Gateway, actor: Actor) -> bool:
    """A certificate says by itself who signs, but must be compared with somebody who is known."""
    return actor.proved and (actor.level >= Level.CERTIFICATE or not gateway.identified)


@transaction.atomic
def begin(
    *, request: SigningRequest, method: str, sha256: str, minutes: int, data: dict[str, Any] | None = None, actor: Actor
) -> SigningAttempt:
    """Begin to sign what has the hash `sha256`, which her page showed. DomainError: `off` where the way is not
    offered, `changed` where the document is another one by now, `identify`, `too_many`, `signed`, `closed`."""
    require_on(method)
    held = lock(request)
    check_signer(held, actor)
    check_signable(held)
    version = shown_version(held)
    if version is None or version.sha256 != sha256:
        raise DomainError(
            _("The document has changed since you opened it. Read it again before you sign."), code="changed"
        )
    way = next((one for one in ways(version, actor) if one.gateway.code == method), None)
    if way is None:
        raise DomainError(_("This document can't be signed in this way. Choose another one."), code="off")
    check_level(method, actor)
    if not allow(f"signing:{actor.person_id}", limit=BEGUN_AN_HOUR, seconds=3600):
        raise DomainError(_("You have begun to sign too many times. Try again in an hour."), code="too_many")
    # whatever she began before is over: two tabs can't sign twice
    SigningAttempt.objects.filter(request=held, state=AttemptState.OPEN).update(
        state=AttemptState.FAILED, reason="begun again", closed_at=timezone.now()
    )
    now = timezone.now()
    attempt = SigningAttempt.objects.create(
        request=held,
        method=method,
        version=version,
        data=data or {},
        created_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    told = {"method": method, "sha256": sha256}
    record("signing.begun", actor=actor, target=held, subject=held.person_id, data=told)
    return attempt


def check_signer(request: SigningRequest, actor: Actor) -> None:
    """DomainError for anybody but the person who is asked, and for a clerk at her desk."""
    if actor.is_clerk or actor.person_id != request.person_id:
        raise DomainError(_("This document is to be signed by somebody else."), code="other")


def check_level(method: str, actor: Actor) -> None:
    """DomainError `identify` where this session does not know well enough who she is, for this way."""
    if not _is_enough(next(one for one in gateways() if one.code == method), actor):
        raise DomainError(_("Identify yourself with a certificate or BakQ first, and then sign."), code="identify")


def lock_attempt(request: SigningRequest, method: str, same: SigningAttempt | None = None) -> SigningAttempt:
    """The open attempt of this way, its request locked first; `same` is the one that was read before asking somebody
    outside. DomainError `expired` where it is not open any more, or there is none."""
    held = lock(request)
    check_signable(held)
    open_ones = SigningAttempt.objects.select_for_update(of=("self",)).filter(request=held, state=AttemptState.OPEN)
    if same is not None:
        open_ones = open_ones.filter(pk=same.pk)
    attempt = open_ones.filter(method=method, expires_at__gt=timezone.now()).select_related("version").last()
    if attempt is None:
        raise DomainError(_("Too much time has passed. Begin to sign again, please."), code="expired")
    attempt.request = held
    return attempt


def count_try(attempt: SigningAttempt) -> int:
    """One more answer to this attempt; how many by now. Stays written down when the answer is refused."""
    SigningAttempt.objects.filter(pk=attempt.pk).update(tries=F("tries") + 1)
    attempt.tries += 1
    return attempt.tries


def fail(*, attempt: SigningAttempt, reason: str, actor: Actor) -> None:
    """This try came to nothing, unless it is over already; another one may begin. `reason` is for the record, in
    English. Without an open door what was put aside for it is thrown away too; else the night does that."""
    ended = {"state": AttemptState.FAILED, "reason": reason[:200], "closed_at": timezone.now()}
    with acting_for(attempt.municipality_id or 0):
        if SigningAttempt.objects.filter(pk=attempt.pk, state=AttemptState.OPEN).update(**ended):
            request, told = attempt.request, {"method": attempt.method}
            record(
                "signing.failed", actor=actor, target=request, subject=request.person_id, reason=reason[:300], data=told
            )
    forget_aside(attempt)

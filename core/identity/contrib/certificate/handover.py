"""From the certificate host, where no session is, to the session that began: one token, once, within two minutes."""

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from core.identity.models import HandOver
from core.identity.services import ProvedIdentity
from core.municipalities.services import DomainError

BEGUN = "certificate_begun"  # in the session
BEGIN_SECONDS, TOKEN_SECONDS = 10 * 60, 2 * 60
_SALT = "identity.certificate"


@dataclass(frozen=True)
class Begun:
    """What the certificate host may know: a hash of the session's secret, and the page to go back to."""

    begun_hash: str
    back: str


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(session: Any, *, back: str, then: str) -> str:
    """Remember in the session where she was going; the signed word for the certificate host."""
    secret = secrets.token_urlsafe(32)
    session[BEGUN] = {"secret": secret, "then": then, "until": time.time() + BEGIN_SECONDS}
    return signing.dumps([_hash(secret), back], salt=_SALT)


def read_begun(word: str) -> Begun:
    """DomainError where the word is not ours or is old."""
    try:
        return Begun(*signing.loads(word, salt=_SALT, max_age=BEGIN_SECONDS))
    except signing.BadSignature as error:
        raise DomainError(_("Too much time has passed. Identify yourself again, please.")) from error


def give(begun: Begun, *, identity: ProvedIdentity, evidence: dict[str, Any]) -> str:
    """Keep the identity for the session that began; the signed token that fetches it."""
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    HandOver.objects.filter(expires_at__lt=now).delete()
    HandOver.objects.create(
        token_hash=_hash(token),
        begun_hash=begun.begun_hash,
        payload={"identity": identity.as_json(), "evidence": evidence},
        expires_at=now + timedelta(seconds=TOKEN_SECONDS),
    )
    return signing.TimestampSigner(salt=_SALT).sign(token)


def take(session: Any, signed: str) -> tuple[ProvedIdentity, dict[str, Any], str]:
    """Identity, evidence and where she was going; DomainError for any other session, time, or second try."""
    begun = session.pop(BEGUN, None)
    try:
        token = signing.TimestampSigner(salt=_SALT).unsign(signed, max_age=TOKEN_SECONDS)
    except signing.BadSignature:
        token = ""
    held = (
        HandOver.objects.select_for_update().filter(
            token_hash=_hash(token), begun_hash=_hash(begun["secret"]), expires_at__gte=timezone.now()
        )
        if begun and begun["until"] > time.time()
        else HandOver.objects.none()
    )
    hand_over = held.first()
    if hand_over is None:
        raise DomainError(_("Too much time has passed. Identify yourself again, please."))
    payload = hand_over.payload
    hand_over.delete()
    return ProvedIdentity.from_json(payload["identity"]), payload["evidence"], begun["then"]

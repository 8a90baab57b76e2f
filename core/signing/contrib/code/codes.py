"""One-time codes: six digits, worth nothing for another document, person, request or hour."""

import secrets
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.audit.services import Actor
from core.documents.services import allow
from core.identity.models import User
from core.identity.services import account_of
from core.identity.services.mailing import mail_after_commit
from core.municipalities.services import DomainError, find_town
from core.signing import services
from core.signing.constants import Method
from core.signing.models import Signature, SigningAttempt, SigningRequest
from core.signing.words import grouped, masked

DIGITS, MINUTES, MOST_TRIES = 6, 10, 5
SENT_AN_HOUR = 6  # to one person


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def bind(code: str, *, sha256: str, person_id: int, slug: str, until: datetime, nonce: str) -> str:
    """HMAC-SHA-256, in hex, of the code with the document's hash, the person, the request and the last moment."""
    bound = "|".join((code, sha256, str(person_id), slug, until.isoformat(), nonce))
    return salted_hmac("core.signing.code", bound, algorithm="sha256").hexdigest()


def typed(text: str) -> str:
    """The digits of what somebody typed; `123 456` is as good as `123456`."""
    return "".join(filter(str.isdecimal, text))


@transaction.atomic
def send_code(*, request: SigningRequest, sha256: str, client: str, actor: Actor) -> SigningAttempt:
    """Mail her a code for what her page showed; the one before it is good no more. See `services.begin`."""
    account = account_of(request.person)
    if account is None or not account.email:
        raise DomainError(_("Your account has no e-mail address to send the code to. Choose another way to sign."))
    attempt = services.begin(request=request, method=Method.CODE, sha256=sha256, minutes=MINUTES, actor=actor)
    if not allow(f"signing-code:{actor.person_id}", limit=SENT_AN_HOUR, seconds=3600):
        raise DomainError(_("We have sent you many codes already. Try again in an hour."), code="too_many")
    code, nonce = new_code(), secrets.token_hex(16)
    attempt.data = {
        "nonce": nonce,
        "digest": _bound(code, attempt, nonce),
        "email": masked(account.email),
        "email_hash": salted_hmac("core.signing.email", account.email.lower(), algorithm="sha256").hexdigest(),
        "sent_at": timezone.now().isoformat(timespec="seconds"),
        "client": client,
    }
    attempt.save(update_fields=["data"])
    mail_after_commit(_message(account, code, attempt))
    return attempt


def sign_with_code(*, request: SigningRequest, code: str, client: str, actor: Actor) -> Signature:
    """Sign what the code was sent for. Inside the town's door: a wrong code is counted, and that must stay written.

    DomainError (field `code`): wrong, expired, used, or tried too often.
    """
    attempt = services.lock_attempt(request, Method.CODE)
    data = attempt.data
    if services.count_try(attempt) > MOST_TRIES:
        services.fail(attempt=attempt, reason="too many wrong codes", actor=actor)
        message = _("The code was wrong too many times and is good no more. Ask for another one.")
        raise DomainError(message, field="code", code="too_many")
    given = typed(code)
    if not constant_time_compare(_bound(given, attempt, data["nonce"]), data["digest"]):
        raise DomainError(_("This is not the code that we sent you last. Look at the e-mail again."), field="code")
    evidence = {
        "email": data["email"],
        "email_hash": data["email_hash"],
        "code_sent_at": data["sent_at"],
        "code_hash": data["digest"],
        "nonce": data["nonce"],
        "tries": attempt.tries,
        "client": client,
    }
    return services.finish(attempt=attempt, evidence=evidence, actor=actor)


def _bound(code: str, attempt: SigningAttempt, nonce: str) -> str:
    request = attempt.request
    return bind(
        code,
        sha256=attempt.version.sha256,
        person_id=request.person_id,
        slug=request.slug,
        until=attempt.expires_at,
        nonce=nonce,
    )


def _message(account: User, code: str, attempt: SigningAttempt) -> EmailMessage:
    """It names the document by its hash alone: a mailbox is read by others too."""
    town = find_town(attempt.request.municipality_id or 0).municipality
    with override(account.language):
        minutes = int(timedelta(minutes=MINUTES).total_seconds() // 60)
        told = {"code": code, "hall": town.hall, "minutes": minutes, "digest": grouped(attempt.version.sha256[:16])}
        subject = _("%(code)s is your code to sign") % told
        body = (
            _(
                "Your code to sign: %(code)s\n\n"
                "Type it on the page of %(hall)s where you asked for it. It is good for %(minutes)s minutes, once, and "
                "only for the document whose SHA-256 begins with %(digest)s.\n\n"
                "If it was not you who asked for it, tell nobody this code: without it nothing is signed."
            )
            % told
        )
    headers = {"Content-Language": account.language, "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body, to=[account.email], headers=headers)

"""At the desk: the clerk has the document in her hand, the citizen reads out a code from her own mail."""

import hmac
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.audit.services import Actor, record, record_reading
from core.identity.constants import Role
from core.identity.models import Person, User
from core.identity.rights import require
from core.municipalities.services import DomainError

from .mailing import mail_after_commit
from .persons import ProvedIdentity, checked, find_person
from .proving import prove_at_desk

SECONDS, TRIES = 10 * 60, 5


@dataclass
class DeskCode:
    """Kept in the clerk's session, never shown to her."""

    user_id: int
    identity: dict[str, Any]
    document: str
    code_hash: str
    until: float
    tries: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def _hash(code: str) -> str:
    return salted_hmac("identity.desk", code).hexdigest()


def send_desk_code(*, user: User, identity: ProvedIdentity, document: str, actor: Actor) -> DeskCode:
    """Mail a code to the account that its owner wants linked: whoever reads it out has that mailbox."""
    require(actor, Role.REGISTRAR, Role.CENSUS_OFFICER)
    identity = checked(identity)
    code = f"{secrets.randbelow(10**6):06d}"
    with translation.override(user.language):
        body = _(
            "%(code)s is your code.\n\nA clerk at the desk has your identity document and will link it to this "
            "account. Read the code out to her only if you are there now."
        )
        message = EmailMessage(_("Your code for the desk"), body % {"code": code}, to=[user.email])
    mail_after_commit(message)
    record("identity.desk_code_sent", actor=actor, target=user, subject=user.person_id)
    return DeskCode(user.pk, identity.as_json(), document, _hash(code), time.time() + SECONDS)


def link_at_desk(pending: DeskCode, *, code: str, actor: Actor) -> Person:
    """The code was right: the account is the person's. `pending.tries` counts the wrong ones."""
    if pending.until < time.time() or pending.tries >= TRIES:
        raise DomainError(_("This code no longer works. Send another one."), code="gone")
    if not hmac.compare_digest(_hash(code.replace(" ", "")), pending.code_hash):
        pending.tries += 1
        raise DomainError(_("This is not the code that we sent."), field="code")
    user = User.objects.get(pk=pending.user_id, is_active=True)
    identity = ProvedIdentity.from_json(pending.identity)
    return prove_at_desk(user, identity=identity, document=pending.document, actor=actor)


def look_up_person(kind: str, value: str, *, reason: str, actor: Actor) -> Person | None:
    """The person with exactly this number; that a clerk looked is recorded, and the person sees it."""
    require(actor, Role.REGISTRAR, Role.CENSUS_OFFICER)
    person = find_person(kind, value)
    if person:
        record_reading("identity.person", actor=actor, target=person, subject=person.pk, reason=reason)
    return person

"""What a page showed when its reader pressed Send, and what of it is kept in the entry as her signature."""

import hashlib
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.audit.constants import Level
from core.audit.services import Actor
from core.municipalities.services import DomainError
from core.payments.services import Assessment
from procedures.models import Draft
from procedures.steps import Journey
from registry.services import canonical, plain

from .completing import Filled
from .parties import Sending

# what the page says that sending means, where the session is identified; kept with the entry
CONSENT = gettext_noop("I sign this request as it stands here, and I declare that what I have written is true.")


def signs(actor: Actor) -> bool:
    """Whether sending is signing too: an identified session, its consent on the page (arts. 10.4, 11.2)."""
    return actor.is_citizen and actor.proved and actor.level >= Level.CERTIFICATE


def consent_of(draft: Draft, actor: Actor) -> str:
    """The words to which sending consents, in the reader's language; none at the desk, or of whom nobody knows."""
    return _(CONSENT) if signs(actor) and not draft.behalf_of_id else ""


def shown(draft: Draft, journey: Journey, filled: Filled, fee: Assessment, actor: Actor) -> str:
    """The SHA-256 of all that the check page shows and sending does, 64 digits: another answer, document, fee, form,
    person or consent is another value. Made of values as the book gives them back, so that a signed entry, unless it is
    a discreet one's, is enough to work it out again: see `signature`."""
    content = {
        "form": journey.form.digest,
        "answers": filled.values,
        "documents": [[one["file_name"], one["sha256"]] for one in draft.attachments],
        "person": actor.person_id,
        "statement": consent_of(draft, actor),
        **_shown_besides(draft, journey, filled, fee),
    }
    return hashlib.sha256(canonical(plain(content)).encode()).hexdigest()


def _shown_besides(draft: Draft, journey: Journey, filled: Filled, fee: Assessment) -> dict[str, Any]:
    """What stands nowhere else in the entry: her contact data and the fee change afterwards in file and charge."""
    return {
        "applicant": {name: value for name, value in asdict(filled.applicant).items() if value},
        "objections": journey.objections,
        "consented": [one.code for one in journey.consented],
        "types": [one["type"] for one in draft.attachments],
        "fee": fee.amount_cents,
    }


def require_shown(was: str | None, now: str) -> None:
    """DomainError with code `changed` where the page from which it is sent showed something else; None: no page did."""
    if was not in (None, now):
        message = _(
            "Nothing has been sent: the request or its fee has changed since you opened the page, perhaps in another "
            "window. Read it again as it stands now, and send it if it is right."
        )
        raise DomainError(message, code="changed")


def signature(sending: Sending) -> dict[str, Any]:
    """Her consent, what she consented to and how she was known, in the entry itself: the book keeps and chains it.

    {method, statement, shown, person, level, session}, and {applicant, objections, consented, types, fee}, with which
    and with the entry's `form`, `answers` and attachments `shown` is worked out again. A discreet matter's entry keeps
    its fingerprint alone: no address of hers stays in a book that nobody can take it out of.
    """
    draft, actor = sending.draft, sending.actor
    if not (consent := consent_of(draft, actor)):
        return {}
    told = {"statement": consent, "shown": sending.shown, "person": actor.person_id}
    if not sending.definition.discreet:
        told |= _shown_besides(draft, sending.journey, sending.filled, sending.fee)
    return {"signature": {"method": "session", **told, "level": int(actor.level), "session": actor.evidence}}

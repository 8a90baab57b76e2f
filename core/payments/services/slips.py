"""The bank's file of what was paid at its counters, machines and pages (Cuaderno 60)."""

import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError
from core.payments.constants import SETTLED_ATTEMPTS, AttemptState, GatewayCode, MessageKind
from core.payments.cuaderno60 import Paid, read_return_file
from core.payments.gateways import Verdict
from core.payments.models import PaymentAttempt, PaymentMethod, ReturnFile

from .crediting import apply_verdict

MOST_BYTES = 5 * 1024 * 1024


@transaction.atomic
def take_return_file(*, content: bytes, name: str, actor: Actor) -> ReturnFile:
    """Credit what a bank's file reports, in the open town; the same file again is refused, the same payment ignored.

    A line that fits no slip credits nothing and is listed in `problems`. DomainError where it is not such a file.
    """
    require(actor, Role.TOWN_ADMINISTRATOR, Role.HANDLER)
    if len(content) > MOST_BYTES:
        raise DomainError(_("The file is too large."), field="file")
    digest = hashlib.sha256(content).hexdigest()
    if ReturnFile.objects.filter(sha256=digest).exists():
        raise DomainError(_("This file has been read already."), field="file", code="read")
    payments = list(read_return_file(content))
    issuers = set(PaymentMethod.objects.filter(gateway__in=_SLIPS).values_list("issuer", flat=True))
    credited, problems = 0, []
    for paid in payments:
        done, problem = _credit(paid, issuers, actor)
        credited += done
        if problem:
            problems.append({"line": paid.line, "reference": paid.number, "reason": problem})
    made = ReturnFile.objects.create(
        sha256=digest,
        name=name[:120],
        clerk_id=actor.user_id,
        lines=len(payments),
        credited=credited,
        total_cents=sum(paid.amount_cents for paid in payments),
        problems=problems,
    )
    record("payments.file_read", actor=actor, target=made, data={"lines": len(payments), "credited": credited})
    return made


_SLIPS = (GatewayCode.BANK_SLIP, GatewayCode.MIPAGO)


def _credit(paid: Paid, issuers: set[str], actor: Actor) -> tuple[bool, str]:
    """Whether it was credited now, and what is wrong with it where something is."""
    if not paid.is_sound:
        return False, "control digits"
    if paid.issuer not in issuers:
        return False, "issuer"
    attempt = PaymentAttempt.objects.select_related("charge").filter(order=paid.number, gateway__in=_SLIPS).first()
    if attempt is None:
        return False, "reference"
    if attempt.state in SETTLED_ATTEMPTS and attempt.received_cents is None:
        return False, "" if attempt.amount_cents == paid.amount_cents else "amount"
    raw: dict[str, Any] = {"issuer": paid.issuer, "number": paid.number, "identification": paid.identification}
    raw |= {"cents": paid.amount_cents, "paid_on": paid.paid_on.isoformat()}
    verdict = Verdict(AttemptState.PAID, paid.amount_cents, "C60", raw=raw)
    after = apply_verdict(attempt, verdict, kind=MessageKind.FILE, actor=actor)
    return after.state == AttemptState.PAID, "" if after.state == AttemptState.PAID else "amount"

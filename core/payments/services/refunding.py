"""Money that goes back: asked for by a clerk, sent to the bank once, and written down by hand where no bank is told."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import SYSTEM, Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError
from core.payments.constants import (
    SETTLED_ATTEMPTS,
    AttemptState,
    ChargeState,
    GivesBack,
    MessageKind,
    RefundState,
)
from core.payments.gateways import Verdict, can_refund
from core.payments.models import GatewayMessage, PaymentAttempt, Refund

from .charging import lock
from .crediting import gone_back, tell_doubt

WHO = (Role.TOWN_ADMINISTRATOR, Role.SIGNATORY)


@transaction.atomic
def refund(*, attempt: PaymentAttempt, amount_cents: int | None = None, reason: str, actor: Actor) -> Refund:
    """Ask for money to go back to the citizen, by default all that is left. The bank is told by `settle`.

    DomainError for more than was paid (what is on its way counts), or without a reason.
    """
    require(actor, *WHO)
    charge = lock(attempt.charge)
    held: PaymentAttempt = PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if held.state not in SETTLED_ATTEMPTS:
        raise DomainError(_("Only what is paid can be refunded."), code="not_paid")
    if not reason.strip():
        raise DomainError(_("Say why: it stays in the record."), field="reason")
    left = held.taken_cents - gone_back(held)
    amount = left if amount_cents is None else amount_cents
    if not 0 < amount <= left:
        raise DomainError(_("No more can be refunded than was paid and not refunded yet."), field="amount")
    made = Refund.objects.create(
        attempt=held,
        amount_cents=amount,
        reason=reason[:300],
        state=RefundState.REQUESTED if can_refund(held.gateway) else RefundState.BY_HAND,
        requested_by_id=actor.user_id,
    )
    data = {"order": held.order, "cents": amount}
    record(
        "payments.refund_asked", actor=actor, target=charge, subject=charge.person_id, reason=reason[:300], data=data
    )
    return made


@transaction.atomic
def set_aside(*, attempt: PaymentAttempt, gives_back: GivesBack, reason: str, actor: Actor) -> PaymentAttempt:
    """A clerk has looked at a payment of another amount: it is not this one, and the charge can be paid again.

    What came and has not gone back yet goes back through the bank or by transfer; `NOTHING` where the bank has no such
    money. DomainError where nobody doubts it (any more), without a reason, or where the bank can't be told to.
    """
    require(actor, *WHO)
    charge = lock(attempt.charge)
    held: PaymentAttempt = PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    held.charge = charge
    if held.state != AttemptState.DOUBTFUL:
        raise DomainError(_("This payment does not wait for anybody."), code="done")
    if not reason.strip():
        raise DomainError(_("Say why: it stays in the record."), field="reason")
    if gives_back == GivesBack.BANK and not can_refund(held.gateway):
        raise DomainError(_("This bank can't be told to give it back: do it by transfer."), field="gives_back")
    held.state, held.closed_at = AttemptState.SET_ASIDE, timezone.now()
    held.save(update_fields=["state", "closed_at"])
    left = held.taken_cents - gone_back(held)
    if gives_back != GivesBack.NOTHING and left:
        state = RefundState.REQUESTED if gives_back == GivesBack.BANK else RefundState.BY_HAND
        Refund.objects.create(
            attempt=held,
            amount_cents=left,
            reason=reason[:300],
            state=state,
            requested_by_id=actor.user_id,
        )
    data = {"order": held.order, "cents": held.taken_cents, "gives_back": gives_back}
    record("payments.set_aside", actor=actor, target=charge, subject=charge.person_id, reason=reason[:300], data=data)
    tell_doubt(held, actor)
    return held


def doubtful() -> list[PaymentAttempt]:
    """The open town's payments that a clerk has to look at, the oldest first."""
    rows = PaymentAttempt.objects.filter(state=AttemptState.DOUBTFUL).select_related("charge")
    return list(rows.order_by("created_at"))


@transaction.atomic
def close_by_hand(*, refund: Refund, done: bool, actor: Actor) -> Refund:
    """A clerk says what came of a refund that no machine can tell: a transfer, or one whose answer was lost."""
    require(actor, *WHO)
    lock(refund.attempt.charge)
    held = _hold(refund)
    if held.state not in (RefundState.BY_HAND, RefundState.SENT):
        raise DomainError(_("This refund does not wait for anybody."), code="done")
    state = AttemptState.REFUNDED if done else AttemptState.REFUSED
    _close(held, Verdict(state, held.amount_cents, "by hand"), actor=actor)
    return held


def claim(refund_id: int, *, actor: Actor = SYSTEM) -> Refund | None:
    """Mark a refund as sent before it is: whatever happens next, it is never sent a second time."""
    free = Refund.objects.select_for_update(of=("self",), skip_locked=True).select_related("attempt__charge")
    held: Refund | None = free.filter(pk=refund_id).first()
    if held is None or held.state != RefundState.REQUESTED:
        return None
    held.state, held.sent_at = RefundState.SENT, timezone.now()
    held.save(update_fields=["state", "sent_at"])
    charge, data = held.attempt.charge, {"order": held.attempt.order, "cents": held.amount_cents}
    record("payments.refund_sent", actor=actor, target=charge, subject=charge.person_id, data=data)
    return held


def close(refund: Refund, verdict: Verdict, *, actor: Actor = SYSTEM) -> None:
    """Write down what the bank said of a refund that was sent."""
    lock(refund.attempt.charge)
    held = _hold(refund)
    if held.state == RefundState.SENT:
        _close(held, verdict, actor=actor)


def _hold(refund: Refund) -> Refund:
    held: Refund = Refund.objects.select_for_update(of=("self",)).select_related("attempt__charge").get(pk=refund.pk)
    return held


def _close(refund: Refund, verdict: Verdict, *, actor: Actor) -> None:
    attempt, charge = refund.attempt, refund.attempt.charge
    done = verdict.state == AttemptState.REFUNDED
    refund.state, refund.closed_at = (RefundState.DONE if done else RefundState.REFUSED), timezone.now()
    refund.code = verdict.code[:20]
    refund.save(update_fields=["state", "closed_at", "code"])
    GatewayMessage.objects.create(attempt=attempt, kind=MessageKind.REFUND, raw=dict(verdict.raw), accepted=True)
    data = {"order": attempt.order, "cents": refund.amount_cents, "code": refund.code}
    if not done:
        record("payments.refund_refused", actor=actor, target=charge, subject=charge.person_id, data=data)
        return
    attempt.refunded_cents += refund.amount_cents
    if attempt.refunded_cents == attempt.taken_cents and attempt.state != AttemptState.DOUBTFUL:
        attempt.state = AttemptState.REFUNDED
    attempt.save(update_fields=["refunded_cents", "state"])
    others = PaymentAttempt.objects.filter(charge=charge, state=AttemptState.PAID).exists()
    if charge.state == ChargeState.PAID and not others:
        charge.state = ChargeState.REFUNDED
        charge.save(update_fields=["state"])
    record("payments.refunded", actor=actor, target=charge, subject=charge.person_id, data=data)

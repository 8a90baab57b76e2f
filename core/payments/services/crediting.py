"""What a gateway says becomes what is owed: each word is kept, and money counts once."""

from collections.abc import Callable
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_noop

from core.audit.services import Actor, record
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import ask_to_render, new_document, save_all
from core.payments.constants import (
    OPEN_ATTEMPTS,
    SETTLED_ATTEMPTS,
    AttemptState,
    ChargeState,
    MessageKind,
    RefundState,
)
from core.payments.gateways import Verdict, can_refund
from core.payments.models import Charge, GatewayMessage, PaymentAttempt, Refund

from .charging import lock

PaidHook = Callable[[Charge, Actor], None]
_paid_hooks: list[PaidHook] = []
DoubtHook = Callable[[PaymentAttempt, Actor], None]
_doubt_hooks: list[DoubtHook] = []
# reasons of refunds that the system asks for; translated where they are shown
PAID_TWICE = gettext_noop("It was paid twice.")
NOT_OWED = gettext_noop("It was paid after it had been cancelled.")


def on_charge_paid(hook: PaidHook) -> PaidHook:
    """Call `hook(charge, actor)` in the transaction that credits a charge.

    It must not fail, or the payment would not be written down: what is more than a row goes into the outbox.
    """
    _paid_hooks.append(hook)
    return hook


def on_payment_doubted(hook: DoubtHook) -> DoubtHook:
    """Call `hook(attempt, actor)` in the transaction in which a bank speaks of another amount, and in that in which a
    clerk sets the payment aside: its state says which. It must not fail."""
    _doubt_hooks.append(hook)
    return hook


def apply_verdict(attempt: PaymentAttempt, verdict: Verdict, *, kind: MessageKind, actor: Actor) -> PaymentAttempt:
    """Take a verified word of a gateway, in the open town; the same word again changes nothing.

    A payment counts from any state, for the bank may be late, and one that was set aside too. What is refused or given
    up counts only while open.
    """
    charge = lock(attempt.charge)
    held: PaymentAttempt = PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    held.charge = charge
    held.checked_at = timezone.now()
    paid = verdict.state == AttemptState.PAID
    wrong = paid and verdict.amount_cents != held.amount_cents
    GatewayMessage.objects.create(
        attempt=held,
        kind=kind,
        raw=dict(verdict.raw),
        accepted=not wrong,
        reason=f"amount {verdict.amount_cents}, not {held.amount_cents}" if wrong else "",
    )
    if paid and _counts(held, verdict):
        _pay(held, verdict, actor=actor)
    elif wrong or (paid and held.received_cents is not None):
        _doubt(held, verdict, actor=actor)
    elif verdict.state in (AttemptState.REFUSED, AttemptState.ABANDONED) and held.state in OPEN_ATTEMPTS:
        _end(held, verdict, actor=actor)
    else:
        held.save(update_fields=["checked_at"])
    return held


def gone_back(attempt: PaymentAttempt) -> int:
    """What has gone back of it or is on its way, in cents."""
    rows = Refund.objects.filter(attempt=attempt).exclude(state=RefundState.REFUSED)
    return int(rows.aggregate(all=Sum("amount_cents"))["all"] or 0)


def _is_new(attempt: PaymentAttempt, verdict: Verdict) -> bool:
    """Whether nobody has looked at it with this amount, nor has it been settled as what it was."""
    if attempt.received_cents is None:
        return attempt.state not in SETTLED_ATTEMPTS
    return verdict.amount_cents != attempt.received_cents


def _counts(attempt: PaymentAttempt, verdict: Verdict) -> bool:
    """Whether it is the amount that was asked for. Where a part has gone back already, a person says what it is as long
    as the charge is owed; afterwards the rest goes back by itself."""
    if verdict.amount_cents != attempt.amount_cents or not _is_new(attempt, verdict):
        return False
    gone = gone_back(attempt) if attempt.received_cents is not None else 0
    return not gone or (attempt.charge.state != ChargeState.DUE and gone < attempt.amount_cents)


def _doubt(attempt: PaymentAttempt, verdict: Verdict, *, actor: Actor) -> None:
    """Another amount than was asked for: nothing is credited, and a person must look at it (`set_aside`)."""
    if new := _is_new(attempt, verdict):
        attempt.state, attempt.closed_at = AttemptState.DOUBTFUL, None
        # never less than has gone back of it
        attempt.received_cents = max(verdict.amount_cents or 0, gone_back(attempt))
    attempt.save(update_fields=["state", "received_cents", "closed_at", "checked_at"])
    charge = attempt.charge
    data = {"order": attempt.order, "cents": verdict.amount_cents}
    record("payments.mismatched", actor=actor, target=charge, subject=charge.person_id, data=data)
    if new:
        tell_doubt(attempt, actor)


def tell_doubt(attempt: PaymentAttempt, actor: Actor) -> None:
    """Whoever has to know of a doubtful payment, and of what became of it, is told."""
    for hook in _doubt_hooks:
        hook(attempt, actor)


def _end(attempt: PaymentAttempt, verdict: Verdict, *, actor: Actor) -> None:
    attempt.state, attempt.code, attempt.closed_at = verdict.state, verdict.code, timezone.now()
    attempt.save(update_fields=["state", "code", "closed_at", "checked_at"])
    charge, data = attempt.charge, {"order": attempt.order, "code": verdict.code}
    record("payments.refused", actor=actor, target=charge, subject=charge.person_id, data=data)


def _pay(attempt: PaymentAttempt, verdict: Verdict, *, actor: Actor) -> None:
    charge, now = attempt.charge, timezone.now()
    attempt.state, attempt.code, attempt.authorisation = AttemptState.PAID, verdict.code, verdict.authorisation
    attempt.closed_at, attempt.received_cents = now, None
    attempt.save(update_fields=["state", "code", "authorisation", "closed_at", "checked_at", "received_cents"])
    data = {"order": attempt.order, "gateway": attempt.gateway, "cents": attempt.amount_cents}
    if charge.state != ChargeState.DUE:
        _give_back(attempt, PAID_TWICE if charge.state == ChargeState.PAID else NOT_OWED, actor=actor)
        return
    charge.state, charge.paid_at = ChargeState.PAID, now
    document = _receipt(charge, attempt, actor)
    charge.receipt = document
    charge.save(update_fields=["state", "paid_at", "receipt"])
    record("payments.paid", actor=actor, target=charge, subject=charge.person_id, data=data)
    ask_to_render(document)
    for hook in _paid_hooks:
        hook(charge, actor)


def _give_back(attempt: PaymentAttempt, reason: str, *, actor: Actor) -> None:
    """Money that nobody owes goes back, without anybody having to ask for it."""
    state = RefundState.REQUESTED if can_refund(attempt.gateway) else RefundState.BY_HAND
    cents = attempt.amount_cents - gone_back(attempt)
    Refund.objects.create(attempt=attempt, amount_cents=cents, reason=reason, state=state)
    charge = attempt.charge
    data = {"order": attempt.order, "cents": cents}
    record("payments.paid_again", actor=actor, target=charge, subject=charge.person_id, data=data)


def _receipt(charge: Charge, attempt: PaymentAttempt, actor: Actor) -> Document:
    """The proof of payment: a sealed document with its code."""
    document = new_document(
        kind=DocumentKind.RECEIPT,
        title_eu="Ordainketa-egiaztagiria",
        title_es="Justificante de pago",
        template="payment_receipt",
        context={
            "reference": charge.case_reference,
            "party": charge.payer_name,
            **({"holder_identifier": charge.payer_identifier} if charge.payer_identifier else {}),
            "concept": {"eu": charge.concept_eu, "es": charge.concept_es},
            "amount_cents": attempt.amount_cents,
            "paid_at": timezone.localtime(charge.paid_at).isoformat(timespec="seconds"),
            "gateway": attempt.gateway,
            "order": attempt.order,
            "authorisation": attempt.authorisation,
        },
        language="bi",
        actor=actor,
    )
    save_all([document])
    return document


def euros(cents: int) -> str:
    """`43,20 €` as the reader's language writes it."""
    return f"{number_format(Decimal(cents) / 100, 2, force_grouping=True)} €"

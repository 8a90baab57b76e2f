"""What a file's fee is to its steps: the step of the fee is done once it is paid, or once a clerk goes on without."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from case_files.constants import DocumentRole, State, TaskState
from case_files.history import euros
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseTask
from core.audit.services import SYSTEM, Actor
from core.notifications.services import outbox, put, register_effect
from core.payments.constants import AttemptState, ChargeState
from core.payments.models import Charge, PaymentAttempt
from core.payments.services import cancel, charge, charges_of, on_charge_paid, on_payment_doubted

from .base import ENDED, applicant_of, event, lock, write
from .engine import FEE_STEPS, note_tasks, recipients
from .handling import go_on
from .opening import attach
from .papers import said
from .telling import tell

PAID, DOUBTED = "case_files.fee_paid", "case_files.payment_doubted"
# what they are told of a payment of another amount than was asked for, and of what a clerk made of it
TOLD = {
    "payment_doubted": gettext_noop("The bank says that you paid another amount: the town hall is looking at it"),
    "payment_set_aside": gettext_noop("What you paid was not the amount that was asked for: you can pay again"),
}


def connect() -> None:
    """Called once, at start."""
    on_charge_paid(_on_paid)
    on_payment_doubted(_on_doubted)
    register_effect(DOUBTED)(lambda payload: note_doubt(payload["attempt"], payload["code"], actor=SYSTEM))
    register_effect(PAID)(lambda payload: take_payment(payload["charge"], actor=SYSTEM))


def _on_paid(paid: Charge, actor: Actor) -> None:
    """Only a row: a file that can't go on now must not keep a payment from being written down."""
    if paid.case_reference:
        outbox([put(PAID, key=f"fee-paid:{paid.pk}", payload={"charge": paid.pk})])


def _on_doubted(attempt: PaymentAttempt, actor: Actor) -> None:
    """Only a row, as of what is paid."""
    code = "payment_doubted" if attempt.state == AttemptState.DOUBTFUL else "payment_set_aside"
    if attempt.charge.case_reference:
        payload = {"attempt": attempt.pk, "code": code}
        outbox([put(DOUBTED, key=f"{code}:{attempt.pk}:{attempt.taken_cents}", payload=payload)])


def note_doubt(attempt_id: int, code: str, *, actor: Actor) -> None:
    """Tell the file's history, its clerk and its parties, once for each amount; a file that has ended is only told in
    its history."""
    attempt = PaymentAttempt.objects.select_related("charge").get(pk=attempt_id)
    found = CaseFile.objects.filter(reference=attempt.charge.case_reference).first()
    if found is None:
        return
    case_file = lock(found)
    params = {"attempt": attempt.pk, "cents": attempt.taken_cents}
    if CaseEvent.objects.filter(case_file=case_file, code=code, params__contains=params).exists():
        return
    write(case_file, code, actor=actor, params=params)
    if code == "payment_doubted":
        note_tasks(
            case_file, gettext_noop("The bank says that another amount was paid: see “Payments of another amount”.")
        )
    if code == "payment_doubted" or attempt.charge.state == ChargeState.DUE:
        tell(case_file, subject=said(TOLD[code]), legal=False, actor=actor)


def take_payment(charge_id: int, *, actor: Actor) -> None:
    """Put the receipt into the file, tell its history, and finish the step that waited for the money. Once."""
    paid = Charge.objects.select_related("receipt").get(pk=charge_id)
    found = CaseFile.objects.filter(reference=paid.case_reference).first()
    if found is None:
        return
    case_file = lock(found)
    there = CaseDocument.objects.filter(case_file=case_file)
    if paid.receipt is None or there.filter(document=paid.receipt).exists():
        return
    attach(case_file, [CaseDocument(document=paid.receipt, role=DocumentRole.RECEIPT)], start=there.count())
    params = {"cents": paid.amount_cents}
    task = CaseTask.objects.filter(case_file=case_file, step__in=FEE_STEPS, state=TaskState.OPEN).first()
    if task and case_file.state == State.OPEN and not _still_due(case_file):
        go_on(case_file, task, code="fee_paid", params=params, actor=actor, document=paid.receipt)
        return
    write(case_file, "fee_paid", actor=actor, params=params, document=paid.receipt)


def _still_due(case_file: CaseFile) -> bool:
    return any(one.state == ChargeState.DUE for one in charges_of(case_file.reference))


def cancel_unpaid(case_file: CaseFile, *, reason: str) -> None:
    """A request that ends undecided owes nothing. By itself: whoever ends a file need not be one who handles money."""
    # locked by their state: one that is being paid at this moment is left alone, for it is refunded
    due = Charge.objects.select_for_update(of=("self",)).filter(
        case_reference=case_file.reference, state=ChargeState.DUE
    )
    cancelled = [cancel(charge=one, reason=f"{case_file.reference}: {reason}", actor=SYSTEM) for one in due]
    CaseEvent.objects.bulk_create(
        event(case_file, "fee_cancelled", actor=SYSTEM, params={"cents": one.amount_cents}) for one in cancelled
    )


def charge_fee(
    case_file: CaseFile, *, amount_cents: int, concept: Mapping[str, str], due_on: Any = None, actor: Actor
) -> Charge | None:
    """What a clerk found to be due takes the place of what is still unpaid; the same amount stays the same debt.

    The other one is cancelled by itself: whoever may say what is due need not be one who handles money.
    """
    known = charges_of(case_file.reference)
    due = [one for one in known if one.state == ChargeState.DUE]
    if same := next((one for one in due if one.amount_cents == amount_cents), None):
        return same
    for one in due:
        cancel(
            charge=one, reason=f"{case_file.reference}: {euros(one.amount_cents)} → {euros(amount_cents)}", actor=SYSTEM
        )
    if not amount_cents or case_file.state in ENDED:
        return None
    applicant = applicant_of(case_file)
    told = next(iter(recipients(case_file)), None)
    return charge(
        key=f"{case_file.reference}:{len(known) + 1}",
        is_new=True,
        amount_cents=amount_cents,
        concept=concept,
        due_on=due_on,
        person_id=told.person_id if told else None,
        payer_name=applicant.name if applicant else "",
        payer_identifier=applicant.identifier if applicant else "",
        case_reference=case_file.reference,
        procedure_code=case_file.procedure_code,
        language=case_file.language,
        actor=actor,
    )

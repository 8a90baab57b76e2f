"""What nobody told us: open attempts are asked about, refunds are sent. No row is locked while a bank is asked."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.payments.constants import OPEN_ATTEMPTS, AttemptState, GatewayCode, MessageKind, RefundState
from core.payments.gateways import Away, Forged, Verdict, find_gateway
from core.payments.models import PaymentAttempt, PaymentMethod, Refund

from . import refunding
from .crediting import apply_verdict
from .taking import gateway_actor

logger = logging.getLogger(__name__)
# a notification takes seconds; after so long it is asked for, and again after each pause
FIRST_ASKED, PAUSE = timedelta(minutes=10), timedelta(minutes=10)
# an order that the bank still does not know after so long was never paid
GIVEN_UP = timedelta(hours=2)
# one that nobody can be asked about stays open for a late notification, and stops nobody from trying again
SILENT = timedelta(hours=24)
AT_ONCE = 100


def reconcile(municipality_id: int, away: set[str] | None = None) -> int:
    """Ask about a town's attempts that are still open and send its refunds; how many were settled. Opens its door.

    `away` gathers the gateways that did not answer: nobody waits for them again in the same round.
    """
    away = set() if away is None else away
    attempts, refunds = _open_work(municipality_id)
    settled = sum(_ask(municipality_id, pk, away) for pk in attempts)
    return settled + sum(_send_refund(municipality_id, pk) for pk in refunds)


def _open_work(municipality_id: int) -> tuple[list[int], list[int]]:
    now = timezone.now()
    with acting_for(municipality_id):
        due = Q(checked_at=None) | Q(checked_at__lt=now - PAUSE)
        rows = PaymentAttempt.objects.filter(due, state__in=OPEN_ATTEMPTS, created_at__lt=now - FIRST_ASKED)
        rows = rows.exclude(gateway=GatewayCode.BANK_SLIP)
        refunds = Refund.objects.filter(state=RefundState.REQUESTED).order_by("requested_at")
        return (
            list(rows.order_by("created_at").values_list("pk", flat=True)[:AT_ONCE]),
            list(refunds.values_list("pk", flat=True)[:AT_ONCE]),
        )


def _ask(municipality_id: int, pk: int, away: set[str]) -> bool:
    with acting_for(municipality_id):
        attempt = PaymentAttempt.objects.select_related("charge").get(pk=pk)
        method = PaymentMethod.objects.filter(gateway=attempt.gateway).first()
    if attempt.gateway in away:
        return False
    verdict = _verdict(attempt, method, away) if method else None
    age = timezone.now() - attempt.created_at
    if verdict is None and age > SILENT:
        verdict = Verdict(AttemptState.ABANDONED, raw={"known": False})
    if verdict is not None and verdict.state == AttemptState.ABANDONED and age < GIVEN_UP:
        verdict = None
    with acting_for(municipality_id):
        if verdict is None:
            PaymentAttempt.objects.filter(pk=pk).update(checked_at=timezone.now())
            return False
        after = apply_verdict(attempt, verdict, kind=MessageKind.ANSWER, actor=gateway_actor(attempt))
        return after.state not in OPEN_ATTEMPTS


def _verdict(attempt: PaymentAttempt, method: PaymentMethod, away: set[str]) -> Verdict | None:
    try:
        return find_gateway(attempt.gateway).ask(attempt, method)
    except (Away, Forged, DomainError) as error:
        if isinstance(error, Away):
            away.add(attempt.gateway)
        logger.warning("attempt %s is still open: %s", attempt.pk, error)
        return None


def _send_refund(municipality_id: int, pk: int) -> bool:
    """The mark that it was sent is committed first: a worker that dies here leaves a refund for a clerk to look at."""
    with acting_for(municipality_id):
        refund = refunding.claim(pk)
        if refund is None:
            return False
        method = PaymentMethod.objects.filter(gateway=refund.attempt.gateway).first()
    if method is None:
        return False
    try:
        verdict = find_gateway(refund.attempt.gateway).refund(refund, method)
    except (Away, Forged, DomainError) as error:
        logger.warning("refund %s was sent and its answer is not known: %s", pk, error)
        return False
    with acting_for(municipality_id):
        refunding.close(refund, verdict, actor=gateway_actor(refund.attempt))
    return True

"""What a gateway notifies, server to server. Late, doubled or forged, it never credits twice nor what was not paid."""

from collections.abc import Mapping
from datetime import timedelta

from django.http import Http404
from django.utils import timezone

from core.audit.constants import ActorKind, Channel
from core.audit.services import Actor, record
from core.municipalities.scope import acting_for
from core.payments.constants import MessageKind
from core.payments.gateways import Forged, find_gateway
from core.payments.models import CallbackToken, GatewayMessage, PaymentAttempt, PaymentMethod

from .crediting import apply_verdict

KEPT = 4000  # characters of a field that was not believed
KEPT_MESSAGES = 20  # a day of one attempt that were not believed: somebody who plays does not fill the table


def take_notification(*, token: str, data: Mapping[str, str]) -> bool:
    """Take a notification that came to a token's address; whether it was believed. Opens its town itself.

    Http404 where the token is nobody's. What is not believed is kept as evidence and changes nothing.
    """
    row = CallbackToken.objects.filter(pk=token).first()
    if row is None:
        raise Http404
    with acting_for(row.municipality_id):
        attempt, why = _attempt_of(token, data)
        if attempt is None:
            _keep(None, data, why)
            return False
        return _take(attempt, data)


def _take(attempt: PaymentAttempt, data: Mapping[str, str]) -> bool:
    method = PaymentMethod.objects.filter(gateway=attempt.gateway).first()
    if method is None:
        _keep(attempt, data, "the town has no such way to pay any more")
        return False
    actor = gateway_actor(attempt)
    try:
        verdict = find_gateway(attempt.gateway).read(data, attempt, method)
    except Forged as error:
        _keep(attempt, data, str(error))
        return False
    apply_verdict(attempt, verdict, kind=MessageKind.NOTIFICATION, actor=actor)
    return True


def gateway_actor(attempt: PaymentAttempt) -> Actor:
    """Who writes what a gateway says."""
    return Actor(
        kind=ActorKind.SYSTEM,
        channel=Channel.API,
        name=attempt.get_gateway_display(),
        municipality_id=attempt.municipality_id,
    )


def _attempt_of(token: str, data: Mapping[str, str]) -> tuple[PaymentAttempt | None, str]:
    """By the attempt's own token, else by the order in a notification to the town's address of a gateway."""
    rows = PaymentAttempt.objects.select_related("charge")
    if attempt := rows.filter(token=token).first():
        return attempt, ""
    method = PaymentMethod.objects.filter(token=token).first()
    if method is None:
        raise Http404
    try:
        order = find_gateway(method.gateway).order_in(data)
    except Forged as error:
        return None, str(error)
    return rows.filter(gateway=method.gateway, order=order).first(), f"no order {order[:20]} here"


def _keep(attempt: PaymentAttempt | None, data: Mapping[str, str], reason: str) -> None:
    """Evidence of what was not believed."""
    refused = GatewayMessage.objects.filter(attempt=attempt, accepted=False, kind=MessageKind.NOTIFICATION)
    if refused.filter(at__gt=timezone.now() - timedelta(days=1)).count() >= KEPT_MESSAGES:
        return
    GatewayMessage.objects.create(
        attempt=attempt,
        kind=MessageKind.NOTIFICATION,
        raw={name[:60]: str(value)[:KEPT] for name, value in list(data.items())[:20]},
        accepted=False,
        reason=reason[:200],
    )
    if attempt:
        charge, actor = attempt.charge, gateway_actor(attempt)
        record("payments.not_believed", actor=actor, target=charge, subject=charge.person_id, reason=reason[:300])

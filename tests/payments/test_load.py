"""What paying costs in SQL, and two banks' words at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.audit.models import AuditRow
from core.municipalities.scope import acting_for
from core.payments.constants import ChargeState
from core.payments.models import Charge, GatewayMessage, PaymentAttempt, Refund
from core.payments.services import begin_payment, take_notification
from tests.cast import Cast
from tests.payments.bank import notification
from tests.payments.conftest import ADDRESSES, now_at

Owe = Callable[..., Charge]


def begin(town: Cast, charge: Charge) -> PaymentAttempt:
    actor = town.citizen(town.ane)
    return begin_payment(charge=charge, gateway="redsys", addresses=ADDRESSES, language="eu", actor=actor).attempt


@pytest.mark.django_db(transaction=True)
def test_one_payment_notified_by_many_at_once_is_credited_once(town: Cast, owe: Owe) -> None:
    charge = owe()
    attempt = begin(town, charge)

    def tell(_number: int) -> bool:
        try:
            return take_notification(token=attempt.token, data=notification(attempt))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(tell, range(12)))
    with acting_for(town.mundaka.pk):
        assert AuditRow.objects.filter(action="payments.paid").count() == 1
        assert GatewayMessage.objects.count() == 12
        assert not Refund.objects.exists()
    assert now_at(charge).state == ChargeState.PAID


@pytest.mark.django_db(transaction=True)
def test_one_charge_begun_by_many_at_once_has_one_order(town: Cast, owe: Owe) -> None:
    charge = owe()

    def start(_number: int) -> str:
        try:
            return begin(town, charge).order
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(start, range(12)))) == 1


@pytest.mark.django_db(transaction=True)
def test_what_paying_costs(town: Cast, owe: Owe, citizen_client: Client) -> None:
    charge = owe()
    base = f"/mundaka/eu/pay/{charge.slug}/"
    citizen_client.get(base)
    with CaptureQueriesContext(connection) as page:
        assert citizen_client.get(base).status_code == 200
    with CaptureQueriesContext(connection) as begun:
        assert citizen_client.post(base, {"way": "redsys"}).status_code == 200
    with acting_for(town.mundaka.pk):
        attempt = PaymentAttempt.objects.get()
    data = notification(attempt)
    with CaptureQueriesContext(connection) as taken:
        assert Client().post(f"/payments/{attempt.token}/", data).status_code == 200
    spent = [len(page), len(begun), len(taken)]
    assert [most >= each for most, each in zip((11, 17, 18), spent, strict=True)] == [True] * 3, spent

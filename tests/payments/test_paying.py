"""Paying by card, from the button to the receipt, with everything that can go wrong between a bank and a town hall."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.audit.constants import Level
from core.audit.models import AuditRow
from core.documents.services import render_now
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.payments.constants import AttemptState, ChargeState, RefundState
from core.payments.models import Charge, GatewayMessage, PaymentAttempt, PaymentMethod, Refund
from core.payments.services import begin_payment, cancel, note_return, take_notification
from tests.cast import Cast
from tests.clients import sign_in
from tests.payments.bank import PAYMENT_FIELDS, REDIRECT_FIELDS, notification, opened
from tests.payments.conftest import ADDRESSES, now_at

pytestmark = pytest.mark.django_db
Owe = Callable[..., Charge]


def begin(town: Cast, charge: Charge, way: str = "redsys") -> Any:
    actor = town.citizen(town.ane)
    return begin_payment(charge=charge, gateway=way, addresses=ADDRESSES, language="eu", actor=actor)


def tell(attempt: PaymentAttempt, **changes: str) -> bool:
    return take_notification(token=attempt.token, data=notification(attempt, **changes))


def inside(charge: Charge, model: Any, **where: Any) -> list[Any]:
    with acting_for(charge.municipality_id or 0):
        return list(model.objects.filter(**where).order_by("pk"))


def test_the_form_to_the_bank_is_what_a_strict_bank_takes(town: Cast, owe: Owe) -> None:
    begun = begin(town, owe(123456))
    assert begun.handover.url == "https://sis-t.redsys.es:25443/sis/realizarPago"
    said = opened(begun.handover.fields, needed=PAYMENT_FIELDS | REDIRECT_FIELDS)
    assert (said["DS_MERCHANT_AMOUNT"], said["DS_MERCHANT_TRANSACTIONTYPE"]) == ("123456", "0")
    assert said["DS_MERCHANT_CONSUMERLANGUAGE"] == "13"
    assert said["DS_MERCHANT_MERCHANTURL"] == f"http://testserver/payments/{begun.attempt.token}/"


def test_an_older_terminal_signs_in_the_older_way(town: Cast, owe: Owe) -> None:
    charge = owe()
    with acting_for(town.mundaka.pk):
        PaymentMethod.objects.filter(gateway="redsys").update(signature="HMAC_SHA256_V1", live=True)
    begun = begin(town, charge)
    assert begun.handover.url == "https://sis.redsys.es/sis/realizarPago"
    opened(begun.handover.fields, needed=PAYMENT_FIELDS, version="HMAC_SHA256_V1")
    assert not tell(begun.attempt), "the newer signature is not this terminal's"
    assert tell(begun.attempt, version="HMAC_SHA256_V1")
    assert now_at(charge).state == ChargeState.PAID


def test_what_the_bank_notifies_is_paid_once_however_often_it_says_so(town: Cast, owe: Owe) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    for _again in range(3):
        assert tell(attempt)
    charge = now_at(charge)
    assert (charge.state, now_at(attempt).authorisation) == (ChargeState.PAID, "331113")
    assert [row.action for row in inside(charge, AuditRow, action="payments.paid")] == ["payments.paid"]
    assert inside(charge, Refund) == []
    kept = inside(charge, GatewayMessage)
    assert [one.accepted for one in kept] == [True] * 3
    assert "4548" not in str([one.raw for one in kept]), "not even a masked card number is kept"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"secret": "another-key-another-key-another-ke"}, "signature"),
        ({"Ds_Currency": "840"}, "CURRENCY"),
        ({"Ds_MerchantCode": "999008882"}, "MERCHANTCODE"),
        ({"Ds_Terminal": "002"}, "terminal"),
        ({"Ds_Order": "2611AAAAAAAA"}, "ORDER"),
        ({"Ds_TransactionType": "1"}, "TRANSACTIONTYPE"),
        ({"Ds_Response": "paid"}, "answer"),
        ({"Ds_Amount": "-1"}, "amount"),
        ({"version": "HMAC_SHA256_V1"}, "not as"),
    ],
)
def test_a_forged_notification_changes_nothing_and_is_kept(
    town: Cast, owe: Owe, changes: dict[str, str], why: str
) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    assert not tell(attempt, **changes)
    assert (now_at(charge).state, now_at(attempt).state) == (ChargeState.DUE, AttemptState.SENT)
    (kept,) = inside(charge, GatewayMessage)
    assert not kept.accepted and why in kept.reason
    assert inside(charge, AuditRow, action="payments.not_believed")


@pytest.mark.parametrize("data", [{}, {"Ds_MerchantParameters": "x" * 5000}, {"Ds_Signature": "x"}, {"a": "b"}])
def test_rubbish_is_not_believed(town: Cast, owe: Owe, data: dict[str, str]) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    for _again in range(30):
        assert not take_notification(token=attempt.token, data=data)
    assert now_at(charge).state == ChargeState.DUE
    assert len(inside(charge, GatewayMessage)) == 20, "whoever plays does not fill the table"


@pytest.mark.parametrize(
    "sent", ['{"DS_ORDER": "a\\u0000b"}', '{"DS_ORDER": "\\ud800"}', "[" * 100_000, '{"DS_ORDER": [1]}']
)
def test_rubbish_at_the_address_of_a_town_is_not_believed(town: Cast, owe: Owe, sent: str) -> None:
    begin(town, owe())
    with acting_for(town.mundaka.pk):
        token = PaymentMethod.objects.get(gateway="redsys").token
    data = {"Ds_MerchantParameters": base64.urlsafe_b64encode(sent.encode()).decode()}
    assert not take_notification(token=token, data=data)


def test_another_amount_than_was_asked_for_credits_nothing_and_waits_for_a_person(town: Cast, owe: Owe) -> None:
    charge = owe(4500)
    attempt = begin(town, charge).attempt
    tell(attempt, Ds_Amount="45")
    assert (now_at(charge).state, now_at(attempt).state) == (ChargeState.DUE, AttemptState.DOUBTFUL)
    assert inside(charge, AuditRow, action="payments.mismatched")


def test_a_notification_for_one_charge_does_not_pay_another(town: Cast, owe: Owe) -> None:
    one, other = owe(4500), owe(4500)
    first, second = begin(town, one).attempt, begin(town, other).attempt
    assert not take_notification(token=second.token, data=notification(first))
    assert now_at(other).state == ChargeState.DUE


def test_coming_back_from_the_bank_proves_nothing(town: Cast, owe: Owe) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    note_return(charge=charge, succeeded=True)
    assert (now_at(charge).state, now_at(attempt).state) == (ChargeState.DUE, AttemptState.UNKNOWN)
    with pytest.raises(DomainError) as refused:
        begin(town, charge)
    assert refused.value.code == "waiting", "she must not pay again while the bank may still say that it is paid"
    tell(attempt)
    assert now_at(charge).state == ChargeState.PAID


def test_a_payment_notified_before_the_browser_is_back_stays_paid(town: Cast, owe: Owe) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    tell(attempt)
    for succeeded in (True, False):
        note_return(charge=charge, succeeded=succeeded)
    assert (now_at(charge).state, now_at(attempt).state) == (ChargeState.PAID, AttemptState.PAID)


def test_a_late_yes_counts_after_a_no(town: Cast, owe: Owe) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    tell(attempt, Ds_Response="0190")
    assert (now_at(charge).state, now_at(attempt).state) == (ChargeState.DUE, AttemptState.REFUSED)
    tell(attempt)
    tell(attempt, Ds_Response="0190")
    assert (now_at(charge).state, now_at(attempt).state) == (ChargeState.PAID, AttemptState.PAID)


def test_two_tabs_take_the_same_order_so_the_bank_refuses_the_second_payment(town: Cast, owe: Owe) -> None:
    charge = owe()
    assert begin(town, charge).attempt == begin(town, charge).attempt
    tell(begin(town, charge).attempt, Ds_Response="0190")
    assert len(inside(charge, PaymentAttempt)) == 1
    begin(town, charge)
    assert len(inside(charge, PaymentAttempt)) == 2, "after a refusal the order is used up"


def test_what_is_paid_twice_goes_back_by_itself(town: Cast, owe: Owe) -> None:
    charge = owe()
    first = begin(town, charge).attempt
    tell(first, Ds_Response="9915")
    assert now_at(first).state == AttemptState.ABANDONED
    second = begin(town, charge).attempt
    tell(second)
    tell(first)  # the bank took the abandoned one after all
    assert (now_at(charge).state, now_at(first).state) == (ChargeState.PAID, AttemptState.PAID)
    (refund,) = inside(charge, Refund)
    assert (refund.attempt_id, refund.amount_cents, refund.state) == (first.pk, 4500, RefundState.REQUESTED)
    tell(first)
    assert len(inside(charge, Refund)) == 1


def test_what_is_paid_after_it_was_cancelled_goes_back_by_itself(town: Cast, owe: Owe) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    with acting_for(town.mundaka.pk):
        cancel(charge=charge, reason="Bertan behera", actor=town.clerk())
    tell(attempt)
    assert now_at(charge).state == ChargeState.CANCELLED
    assert [one.amount_cents for one in inside(charge, Refund)] == [4500]


def test_what_is_paid_can_not_be_begun_nor_cancelled(town: Cast, owe: Owe) -> None:
    charge = owe()
    tell(begin(town, charge).attempt)
    with pytest.raises(DomainError):
        begin(town, charge)
    with acting_for(town.mundaka.pk), pytest.raises(DomainError):
        cancel(charge=charge, reason="x", actor=town.clerk())


def test_the_same_debt_is_charged_once(town: Cast, owe: Owe) -> None:
    assert owe(key="one") == owe(key="one", cents=999)


# --- the pages ---


def test_a_journey_by_card_without_javascript(town: Cast, owe: Owe, citizen_client: Client) -> None:
    charge = owe()
    base = f"/mundaka/eu/pay/{charge.slug}/"
    page = citizen_client.get(base)
    assert "45,00 €" in page.content.decode() and page["Cache-Control"].startswith("max-age=0")
    there = citizen_client.post(base, {"way": "redsys"})
    assert "form-action 'self' https://sis-t.redsys.es:25443" in there["Content-Security-Policy"]
    (attempt,) = inside(charge, PaymentAttempt)
    said = opened(there.context["handover"].fields, needed=PAYMENT_FIELDS)
    back = said["DS_MERCHANT_URLOK"].removeprefix("http://testserver")
    waiting = citizen_client.get(back, follow=True).content.decode()
    assert "data-waiting" in waiting
    assert citizen_client.post(base, {"way": "redsys"}).status_code == 302
    answer = Client().post(f"/payments/{attempt.token}/", notification(attempt))
    assert (answer.status_code, answer.content) == (200, b"OK")
    paid = now_at(charge)
    assert paid.state == ChargeState.PAID
    assert citizen_client.get(f"{base}receipt/").status_code == 404, "it is still being made"
    with acting_for(town.mundaka.pk):
        render_now(paid.receipt)
    pdf = citizen_client.get(f"{base}receipt/")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert f"{base}receipt/" in citizen_client.get(base).content.decode()
    assert charge.concept_eu in citizen_client.get("/mundaka/eu/folder/").content.decode()


def test_a_notification_to_nobodys_address_is_not_found_and_a_forged_one_is_refused(town: Cast, owe: Owe) -> None:
    attempt = begin(town, owe()).attempt
    assert Client().post("/payments/nobodys/", notification(attempt)).status_code == 404
    assert Client().get(f"/payments/{attempt.token}/").status_code == 405
    assert Client().post(f"/payments/{attempt.token}/", notification(attempt, secret="x" * 32)).status_code == 400


def test_nobody_else_sees_a_charge_and_who_lost_her_session_signs_in(town: Cast, owe: Owe) -> None:
    charge = owe()
    base = f"/mundaka/eu/pay/{charge.slug}/"
    jon = sign_in(Client(), town.jon, level=Level.CERTIFICATE)
    for path in (base, f"{base}back/", f"{base}slip/", f"{base}receipt/"):
        assert jon.get(path).status_code == 404
        assert "/account/login/" in Client().get(path)["Location"]
    ane = sign_in(Client(), town.ane, level=Level.CERTIFICATE)
    assert ane.get(base.replace("mundaka", "balmaseda")).status_code == 404


def test_what_belongs_to_no_person_is_paid_by_its_address(town: Cast, owe: Owe) -> None:
    charge = owe(person_id=None, payer_name="", payer_identifier="")
    assert Client().get(f"/mundaka/es/pay/{charge.slug}/").status_code == 200
    assert Client().get(f"/balmaseda/es/pay/{charge.slug}/").status_code == 302


def test_the_demonstration_bank_pays_refuses_and_gives_up(town: Cast, owe: Owe, citizen_client: Client) -> None:
    for answer, state in (("refused", "due"), ("abandoned", "due"), ("paid", "paid")):
        charge = owe()
        base = f"/mundaka/es/pay/{charge.slug}/"
        bank = citizen_client.post(base, {"way": "demo"})["Location"]
        assert citizen_client.get(bank).status_code == 200
        assert citizen_client.post(bank, {"answer": answer}).status_code == 302
        assert now_at(charge).state == state
    assert citizen_client.post(bank, {"answer": "paid"}).status_code == 404


def test_a_town_without_ways_to_pay_says_so(town: Cast, owe: Owe, citizen_client: Client) -> None:
    charge = owe()
    with acting_for(town.mundaka.pk):
        PaymentMethod.objects.update(enabled=False)
    assert "bulego" in citizen_client.get(f"/mundaka/eu/pay/{charge.slug}/").content.decode().lower()
    assert citizen_client.post(f"/mundaka/eu/pay/{charge.slug}/", {"way": "redsys"}).status_code == 302
    assert inside(charge, PaymentAttempt) == []


def test_a_slip_is_not_offered_after_its_last_day(town: Cast, owe: Owe) -> None:
    charge = owe(due_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(DomainError) as refused:
        begin(town, charge, "bank_slip")
    assert refused.value.code == "off"
    assert begin(town, charge).attempt.gateway == "redsys"

"""MiPago, the bank slip, refunds, and what nobody told us: against strict servers that play the banks."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.utils import timezone

from core.audit.models import AuditRow
from core.documents.models import Document
from core.documents.services import render_now
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.payments.constants import AttemptState, ChargeState, RefundState
from core.payments.contrib.mipago import gateway as mipago_gateway
from core.payments.contrib.redsys import client as redsys_client
from core.payments.cuaderno60 import Paid, write_line
from core.payments.gateways import troubles
from core.payments.models import Charge, GatewayMessage, PaymentAttempt, PaymentMethod, Refund
from core.payments.secrets import seal, secret_of
from core.payments.services import (
    begin_payment,
    cancel,
    close_by_hand,
    keep_method,
    note_return,
    reconcile,
    refund,
    take_notification,
    take_return_file,
)
from tests.cast import Cast
from tests.payments.bank import MiPago, Redsys, notification, serving
from tests.payments.conftest import ADDRESSES, ISSUER, SECRET, now_at

pytestmark = pytest.mark.django_db
Owe = Callable[..., Charge]


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Redsys]]:
    Redsys.orders, Redsys.refunds, Redsys.answer, Redsys.broken = {}, [], "0900", False
    with serving(Redsys) as address:
        monkeypatch.setattr(redsys_client, "HOSTS", {True: address, False: address})
        yield Redsys


@pytest.fixture
def mipago(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[MiPago]]:
    MiPago.registered, MiPago.refuse, MiPago.broken = {}, "", False
    with serving(MiPago) as address:
        monkeypatch.setattr(mipago_gateway, "HOSTS", {True: address, False: address})
        yield MiPago


def begin(town: Cast, charge: Charge, way: str = "redsys") -> Any:
    return begin_payment(charge=charge, gateway=way, addresses=ADDRESSES, language="eu", actor=town.citizen(town.ane))


def age(attempt: PaymentAttempt, **by: int) -> None:
    """The attempt was begun so long ago, and nobody has been asked about it since."""
    with acting_for(attempt.municipality_id or 0):
        PaymentAttempt.objects.filter(pk=attempt.pk).update(
            created_at=timezone.now() - timedelta(**by), checked_at=None
        )


def known(attempt: PaymentAttempt, *, state: str = "F", response: str = "0000", amount: int = 4500) -> None:
    Redsys.orders[attempt.order] = {"state": state, "response": response, "amount": str(amount)}


# --- what nobody told us ---


@pytest.mark.parametrize(
    ("said", "minutes", "attempt_state", "charge_state"),
    [
        ({}, 11, AttemptState.PAID, ChargeState.PAID),
        ({}, 5, AttemptState.SENT, ChargeState.DUE),
        ({"response": "0190"}, 11, AttemptState.REFUSED, ChargeState.DUE),
        ({"state": "P", "response": ""}, 11, AttemptState.SENT, ChargeState.DUE),
        ({"amount": 1}, 11, AttemptState.DOUBTFUL, ChargeState.DUE),
        (None, 11, AttemptState.SENT, ChargeState.DUE),
        (None, 121, AttemptState.ABANDONED, ChargeState.DUE),
    ],
)
def test_what_was_never_notified_is_asked_for(
    town: Cast, owe: Owe, bank: type[Redsys], said: Any, minutes: int, attempt_state: str, charge_state: str
) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    age(attempt, minutes=minutes)
    if said is not None:
        known(attempt, **said)
    reconcile(town.mundaka.pk)
    assert (now_at(attempt).state, now_at(charge).state) == (attempt_state, charge_state)
    assert reconcile(town.mundaka.pk) == 0, "nobody is asked again at once"


def test_a_bank_that_is_down_settles_nothing_and_a_late_notification_still_counts(
    town: Cast, owe: Owe, bank: type[Redsys]
) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    age(attempt, hours=3)
    bank.broken = True
    assert reconcile(town.mundaka.pk) == 0
    assert now_at(attempt).state == AttemptState.SENT
    bank.broken = False
    age(attempt, hours=3)
    reconcile(town.mundaka.pk)
    assert now_at(attempt).state == AttemptState.ABANDONED
    assert take_notification(token=attempt.token, data=notification(attempt))
    assert now_at(charge).state == ChargeState.PAID


def test_a_question_and_a_notification_together_credit_once(town: Cast, owe: Owe, bank: type[Redsys]) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    age(attempt, minutes=20)
    known(attempt)
    reconcile(town.mundaka.pk)
    take_notification(token=attempt.token, data=notification(attempt))
    with acting_for(town.mundaka.pk):
        assert AuditRow.objects.filter(action="payments.paid").count() == 1
        assert not Refund.objects.exists()


@pytest.mark.parametrize("came_back", [True, False])
def test_what_the_bank_took_for_a_cancelled_charge_is_found_and_goes_back_once(
    town: Cast, owe: Owe, bank: type[Redsys], came_back: bool
) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    if came_back:
        note_return(charge=charge, succeeded=True)
    with acting_for(town.mundaka.pk):
        cancel(charge=charge, reason="Bertan behera", actor=town.clerk())
    with pytest.raises(DomainError):
        begin(town, charge)
    known(attempt)
    age(attempt, minutes=20)
    reconcile(town.mundaka.pk)
    assert (now_at(charge).state, now_at(attempt).state) == (ChargeState.CANCELLED, AttemptState.PAID)
    assert take_notification(token=attempt.token, data=notification(attempt)), "the lost one comes after all"
    for _round in range(2):
        reconcile(town.mundaka.pk)
    with acting_for(town.mundaka.pk):
        assert [(one.amount_cents, one.state) for one in Refund.objects.all()] == [(4500, RefundState.DONE)]
        assert AuditRow.objects.filter(action="payments.paid_again").count() == 1
    assert len(bank.refunds) == 1
    assert (now_at(charge).state, now_at(attempt).state) == (ChargeState.CANCELLED, AttemptState.REFUNDED)


def test_what_nobody_paid_of_a_cancelled_charge_is_given_up(town: Cast, owe: Owe, bank: type[Redsys]) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    with acting_for(town.mundaka.pk):
        cancel(charge=charge, reason="Bertan behera", actor=town.clerk())
    age(attempt, minutes=121)
    reconcile(town.mundaka.pk)
    assert now_at(attempt).state == AttemptState.ABANDONED
    with acting_for(town.mundaka.pk):
        assert not Refund.objects.exists()


# --- refunds ---


@pytest.fixture
def paid(town: Cast, owe: Owe) -> PaymentAttempt:
    attempt = begin(town, owe()).attempt
    take_notification(token=attempt.token, data=notification(attempt))
    known(attempt)
    return now_at(attempt)  # type: ignore[no-any-return]


def give_back(town: Cast, attempt: PaymentAttempt, cents: int | None = None) -> Refund:
    with acting_for(town.mundaka.pk):
        attempt = PaymentAttempt.objects.select_related("charge").get(pk=attempt.pk)
        return refund(attempt=attempt, amount_cents=cents, reason="Bi aldiz", actor=town.clerk())


def test_money_goes_back_once_in_parts_and_never_more_than_was_paid(
    town: Cast, bank: type[Redsys], paid: PaymentAttempt
) -> None:
    known(paid)
    give_back(town, paid, 1000)
    with pytest.raises(DomainError):
        give_back(town, paid, 3501)
    assert reconcile(town.mundaka.pk) == 1
    assert (now_at(paid).state, now_at(paid).refunded_cents) == (AttemptState.PAID, 1000)
    give_back(town, paid)
    assert [reconcile(town.mundaka.pk), reconcile(town.mundaka.pk)] == [1, 0]
    assert [one["DS_MERCHANT_AMOUNT"] for one in bank.refunds] == ["1000", "3500"]
    assert (now_at(paid).state, now_at(paid).refunded_cents) == (AttemptState.REFUNDED, 4500)
    with acting_for(town.mundaka.pk):
        assert Charge.objects.get().state == ChargeState.REFUNDED
        assert AuditRow.objects.filter(action="payments.refunded").count() == 2


def test_a_refund_whose_answer_was_lost_is_never_sent_again_and_a_clerk_says_what_came_of_it(
    town: Cast, bank: type[Redsys], paid: PaymentAttempt
) -> None:
    known(paid)
    asked = give_back(town, paid)
    bank.broken = True
    reconcile(town.mundaka.pk)
    bank.broken = False
    reconcile(town.mundaka.pk)
    assert (now_at(asked).state, bank.refunds) == (RefundState.SENT, [])
    with acting_for(town.mundaka.pk):
        asked = Refund.objects.select_related("attempt__charge").get(pk=asked.pk)
        close_by_hand(refund=asked, done=True, actor=town.clerk())
    assert now_at(paid).state == AttemptState.REFUNDED


def test_a_refund_that_the_bank_refuses_can_be_asked_for_again(
    town: Cast, bank: type[Redsys], paid: PaymentAttempt
) -> None:
    known(paid)
    bank.answer = "0190"
    asked = give_back(town, paid)
    reconcile(town.mundaka.pk)
    assert (now_at(asked).state, now_at(paid).state) == (RefundState.REFUSED, AttemptState.PAID)
    assert give_back(town, paid).amount_cents == 4500


def test_only_who_may_gives_money_back_and_with_a_reason(town: Cast, bank: type[Redsys], paid: PaymentAttempt) -> None:
    with acting_for(town.mundaka.pk):
        attempt = PaymentAttempt.objects.select_related("charge").get(pk=paid.pk)
    with pytest.raises(PermissionDenied), acting_for(town.mundaka.pk):
        refund(attempt=attempt, reason="x", actor=town.citizen(town.ane))
    with pytest.raises(DomainError), acting_for(town.mundaka.pk):
        refund(attempt=attempt, reason=" ", actor=town.clerk())


# --- MiPago ---


def mipago_says(attempt: PaymentAttempt, code: str = "04", amount: int = 4500, name: str = "") -> dict[str, str]:
    xml = (
        f"<r><estado><codigo>{code}</codigo></estado><paymentid>{name or attempt.external_id}</paymentid>"
        f"<importe>{amount}</importe><numerooperacion>77</numerooperacion><nrc>NRC123</nrc></r>"
    )
    return {"param1": xml}


def address_of_town(town: Cast) -> str:
    with acting_for(town.mundaka.pk):
        return PaymentMethod.objects.get(gateway="mipago").token


def test_mipago_registers_the_payment_and_the_citizen_takes_its_name_there(
    town: Cast, owe: Owe, mipago: type[MiPago]
) -> None:
    charge = owe(4500, concept={"eu": "Ñabar & <b>", "es": "Licencia de obras nº 3"})
    begun = begin(town, charge, "mipago")
    assert begun.attempt.external_id in mipago.registered
    fields = begun.handover.fields
    assert fields["p12iOidsPago"] == begun.attempt.external_id
    assert "<idioma>eu</idioma>" in fields["p12iPresentationRequestData"]
    assert "http://testserver/ko" in fields["p12iProtocolData"], "its one way back must not claim that it went well"
    token = address_of_town(town)
    for _again in range(2):
        assert take_notification(token=token, data=mipago_says(begun.attempt))
    assert (now_at(charge).state, now_at(begun.attempt).authorisation) == (ChargeState.PAID, "NRC123")


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"code": "05"}, AttemptState.REFUSED),
        ({"code": "03"}, AttemptState.ABANDONED),
        ({"code": "02"}, AttemptState.SENT),
        ({"amount": 45}, AttemptState.DOUBTFUL),
    ],
)
def test_what_mipago_says_otherwise_pays_nothing(
    town: Cast, owe: Owe, mipago: type[MiPago], change: dict[str, Any], state: str
) -> None:
    charge = owe()
    attempt = begin(town, charge, "mipago").attempt
    take_notification(token=address_of_town(town), data=mipago_says(attempt, **change))
    assert (now_at(charge).state, now_at(attempt).state) == (ChargeState.DUE, state)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"param1": "<r>"},
        {"param1": '<!DOCTYPE a [<!ENTITY b "c">]><r>&b;</r>'},
        {"param1": "<r><estado><codigo>04</codigo></estado><paymentid>90521804806400000000099</paymentid></r>"},
    ],
)
def test_what_does_not_come_from_mipago_pays_nothing(
    town: Cast, owe: Owe, mipago: type[MiPago], data: dict[str, str]
) -> None:
    charge = owe()
    begin(town, charge, "mipago")
    assert not take_notification(token=address_of_town(town), data=data)
    assert now_at(charge).state == ChargeState.DUE
    with acting_for(town.mundaka.pk):
        assert not GatewayMessage.objects.get().accepted


@pytest.mark.parametrize(
    ("fault", "value", "code"),
    [("broken", True, "away"), ("refuse", "no_valido", "away"), ("refuse", "pago_pagado", "waiting")],
)
def test_a_mipago_that_is_down_or_refuses_leaves_no_attempt_behind(
    town: Cast, owe: Owe, mipago: type[MiPago], fault: str, value: Any, code: str
) -> None:
    charge = owe()
    setattr(mipago, fault, value)
    with pytest.raises(DomainError) as away:
        begin(town, charge, "mipago")
    assert away.value.code == code
    with acting_for(town.mundaka.pk):
        assert not PaymentAttempt.objects.exists()


# --- the bank slip ---


def reported(attempt: PaymentAttempt, **changes: Any) -> bytes:
    with acting_for(attempt.municipality_id or 0):
        context = Document.objects.get(pk=attempt.document_id).context
    values = {
        "line": 1,
        "issuer": context["issuer"],
        "number": context["slip_reference"][:10],
        "control": context["slip_reference"][10:],
        "identification": context["identification"],
        "amount_cents": attempt.amount_cents,
        "paid_on": timezone.localdate(),
    } | changes
    return write_line(Paid(**values)).encode()


def take_file(town: Cast, content: bytes) -> Any:
    with acting_for(town.mundaka.pk):
        return take_return_file(content=content, name="C60.txt", actor=town.clerk())


def test_a_slip_is_made_once_and_what_the_bank_reports_is_credited_once(
    town: Cast, owe: Owe, citizen_client: Client
) -> None:
    charge = owe()
    base = f"/mundaka/eu/pay/{charge.slug}/"
    for _again in range(2):
        assert citizen_client.post(base, {"way": "bank_slip"})["Location"] == base
    with acting_for(town.mundaka.pk):
        attempt = PaymentAttempt.objects.get()
        assert attempt.document.context["barcode"].startswith(f"90521{ISSUER}0000000001")
    assert citizen_client.get(f"{base}slip/").status_code == 404
    with acting_for(town.mundaka.pk):
        render_now(attempt.document)
    pdf = citizen_client.get(f"{base}slip/")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    content = reported(attempt)
    done = take_file(town, content)
    assert (done.credited, done.problems, now_at(charge).state) == (1, [], ChargeState.PAID)
    with pytest.raises(DomainError) as refused:
        take_file(town, content)
    assert refused.value.code == "read"
    again = take_file(town, content + b"\n")
    assert (again.lines, again.credited, again.problems) == (1, 0, [])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"control": "00"}, "control digits"),
        ({"amount_cents": 4501}, "control digits"),
        ({"number": "0000000099"}, "control digits"),
        ({"issuer": "480641"}, "control digits"),
    ],
)
def test_a_line_that_fits_no_slip_credits_nothing_and_is_listed(
    town: Cast, owe: Owe, changes: dict[str, Any], reason: str
) -> None:
    charge = owe()
    attempt = begin(town, charge, "bank_slip").attempt
    done = take_file(town, reported(attempt, **changes))
    assert (done.credited, [one["reason"] for one in done.problems]) == (0, [reason])
    assert now_at(charge).state == ChargeState.DUE


def test_another_towns_slip_is_not_credited_here(town: Cast, owe: Owe) -> None:
    attempt = begin(town, owe(), "bank_slip").attempt
    content = reported(attempt)
    with acting_for(town.balmaseda.pk):
        done = take_return_file(content=content, name="C60", actor=town.clerk(town.koldo))
    assert (done.credited, done.problems[0]["reason"]) == (0, "issuer")


def test_slips_are_numbered_without_repetition(town: Cast, owe: Owe) -> None:
    orders = [begin(town, owe(), "bank_slip").attempt.order for _each in range(3)]
    assert orders == ["0000000001", "0000000002", "0000000003"]


# --- secrets and settings ---


def test_a_secret_opens_only_in_its_town_and_gateway_and_with_its_key(town: Cast, settings: Any) -> None:
    with acting_for(town.mundaka.pk):
        method = PaymentMethod.objects.get(gateway="redsys")
    assert SECRET not in method.sealed_secret and secret_of(method) == SECRET
    elsewhere = PaymentMethod(municipality=town.balmaseda, gateway="redsys", sealed_secret=method.sealed_secret)
    other = PaymentMethod(municipality=town.mundaka, gateway="demo", sealed_secret=method.sealed_secret)
    for stolen in (elsewhere, other, PaymentMethod(gateway="redsys")):
        with pytest.raises(DomainError):
            secret_of(stolen)
    old, new = settings.PAYMENTS_KEYS[0], "another-key-" * 4
    settings.PAYMENTS_KEYS = [new, old]
    assert secret_of(method) == SECRET
    method.sealed_secret = seal(method, SECRET)
    settings.PAYMENTS_KEYS = [new]
    assert secret_of(method) == SECRET
    settings.PAYMENTS_KEYS = [old]
    with pytest.raises(DomainError):
        secret_of(method)


def test_a_payment_method_is_its_administrators(town: Cast) -> None:
    with acting_for(town.mundaka.pk), pytest.raises(PermissionDenied):
        keep_method(method=PaymentMethod(gateway="demo"), actor=town.citizen(town.ane))


def test_the_system_check_names_what_is_wrong(settings: Any) -> None:
    assert troubles() == []
    settings.PRODUCTION, settings.PAYMENTS_KEYS = True, []
    settings.PAYMENT_GATEWAYS = ["redsys", "demo", "nonsense"]
    assert {trouble.gateway for trouble in troubles()} == {"redsys", "demo", "nonsense"}


def test_the_demonstration_refuses_production(town: Cast, owe: Owe, settings: Any, citizen_client: Client) -> None:
    charge = owe()
    settings.PAYMENT_GATEWAYS = ["redsys"]
    assert citizen_client.post(f"/mundaka/eu/pay/{charge.slug}/", {"way": "demo"}).status_code == 302
    assert citizen_client.get(f"/mundaka/eu/pay/{charge.slug}/demo-bank/").status_code == 404
    with pytest.raises(Http404):
        take_notification(token="nobodys", data={})

"""The bank speaks of another amount: a clerk looks at it, the citizen is told the truth and can pay afterwards."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from case_files.models import CaseEvent, CaseTask
from core.audit.models import AuditRow
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import DomainError
from core.notifications.models import Notification
from core.notifications.services import run_due
from core.payments.constants import AttemptState, ChargeState, GivesBack, RefundState
from core.payments.models import Charge, PaymentAttempt, Refund
from core.payments.services import cancel, reconcile, refund, set_aside, take_notification
from tests.case_files.files import opened
from tests.cast import Cast
from tests.payments.bank import Redsys, notification
from tests.payments.conftest import now_at
from tests.payments.test_gateways import age, bank, begin, known

pytestmark = pytest.mark.django_db
__all__ = ["bank"]
Owe = Callable[..., Charge]
DESK = "/mundaka/en/admin/payments/doubtful/"


def doubted(town: Cast, charge: Charge, cents: int = 1) -> PaymentAttempt:
    attempt = begin(town, charge).attempt
    known(attempt, amount=cents)
    age(attempt, hours=60)
    reconcile(town.mundaka.pk)
    return now_at(attempt)  # type: ignore[no-any-return]


def aside(town: Cast, attempt: PaymentAttempt, how: GivesBack = GivesBack.BANK, reason: str = "1 c") -> PaymentAttempt:
    with acting_for(town.mundaka.pk):
        held = PaymentAttempt.objects.select_related("charge").get(pk=attempt.pk)
        return set_aside(attempt=held, gives_back=how, reason=reason, actor=town.clerk())


def test_it_waits_for_a_clerk_who_sets_it_aside_and_then_it_can_be_paid(
    town: Cast, owe: Owe, bank: type[Redsys]
) -> None:
    charge = owe()
    attempt = doubted(town, charge)
    assert (attempt.state, attempt.received_cents) == (AttemptState.DOUBTFUL, 1)
    for way in ("redsys", "bank_slip", "mipago"):
        with pytest.raises(DomainError) as refused:
            begin(town, charge, way)
        assert refused.value.code == "doubtful"
    aside(town, attempt)
    again = begin(town, charge).attempt
    assert again != attempt
    for _round in range(2):
        reconcile(town.mundaka.pk)
    assert take_notification(token=again.token, data=notification(again))
    assert now_at(charge).state == ChargeState.PAID
    with acting_for(town.mundaka.pk):
        (given,) = Refund.objects.all()
        assert (given.amount_cents, given.state) == (1, RefundState.DONE)
        (row,) = AuditRow.objects.filter(action="payments.set_aside")
        assert (row.reason, row.data["cents"]) == ("1 c", 1)
    assert [one["DS_MERCHANT_AMOUNT"] for one in bank.refunds] == ["1"]
    assert now_at(attempt).state == AttemptState.REFUNDED


@pytest.mark.parametrize(("how", "refunds"), [(GivesBack.BY_HAND, ["by_hand"]), (GivesBack.NOTHING, [])])
def test_by_hand_or_nothing_to_give_back(
    town: Cast, owe: Owe, bank: type[Redsys], how: GivesBack, refunds: list[str]
) -> None:
    attempt = aside(town, doubted(town, owe()), how)
    assert attempt.state == AttemptState.SET_ASIDE
    with acting_for(town.mundaka.pk):
        assert list(Refund.objects.values_list("state", flat=True)) == refunds
    take_notification(token=attempt.token, data=notification(attempt, Ds_Amount="1"))
    assert (now_at(attempt).state, now_at(attempt.charge).state) == (AttemptState.SET_ASIDE, ChargeState.DUE)


def refunds_of(town: Cast) -> list[int]:
    with acting_for(town.mundaka.pk):
        return list(Refund.objects.order_by("pk").values_list("amount_cents", flat=True))


@pytest.mark.parametrize(
    ("how", "back"), [(GivesBack.NOTHING, [4500]), (GivesBack.BY_HAND, [1, 4499]), (GivesBack.BANK, [1, 4499])]
)
def test_the_right_amount_of_one_set_aside_goes_back_where_she_has_paid_meanwhile(
    town: Cast, owe: Owe, bank: type[Redsys], how: GivesBack, back: list[int]
) -> None:
    charge = owe()
    attempt = aside(town, doubted(town, charge), how)
    reconcile(town.mundaka.pk)
    again = begin(town, charge).attempt
    take_notification(token=again.token, data=notification(again))
    for _same in range(2):
        take_notification(token=attempt.token, data=notification(attempt))
        assert refunds_of(town) == back
    reconcile(town.mundaka.pk)
    assert (now_at(charge).state, now_at(again).state) == (ChargeState.PAID, AttemptState.PAID)
    assert now_at(attempt).refunded_cents == (4499 if how == GivesBack.BY_HAND else 4500)


def test_the_right_amount_of_one_set_aside_is_credited_where_nothing_went_back(
    town: Cast, owe: Owe, bank: type[Redsys]
) -> None:
    attempt = aside(town, doubted(town, owe()), GivesBack.NOTHING)
    take_notification(token=attempt.token, data=notification(attempt))
    assert (now_at(attempt).state, now_at(attempt.charge).state) == (AttemptState.PAID, ChargeState.PAID)


@pytest.mark.parametrize(
    ("first", "how", "cents", "back"),
    [
        (1, GivesBack.NOTHING, 9000, [9000]),
        (1, GivesBack.BANK, 9000, [1, 8999]),
        (1, GivesBack.BY_HAND, 4500, [1, 4499]),
        (9000, GivesBack.BANK, 4500, [9000]),
    ],
)
def test_another_amount_of_one_set_aside_waits_for_a_clerk_again(
    town: Cast, owe: Owe, bank: type[Redsys], first: int, how: GivesBack, cents: int, back: list[int]
) -> None:
    with acting_for(town.mundaka.pk):
        file = opened(town)
    attempt = aside(town, doubted(town, owe(case_reference=file.reference), first), how)
    reconcile(town.mundaka.pk)
    run_due(town.mundaka.pk)
    for _same in range(2):
        take_notification(token=attempt.token, data=notification(attempt, Ds_Amount=str(cents)))
        held = now_at(attempt)
        assert (held.state, held.received_cents) == (AttemptState.DOUBTFUL, max(cents, first))
    run_due(town.mundaka.pk)
    with acting_for(town.mundaka.pk):
        told = CaseEvent.objects.filter(case_file=file, code="payment_doubted").order_by("pk")
        assert [event.params["cents"] for event in told] == list(dict.fromkeys([first, max(cents, first)]))
    aside(town, attempt)
    reconcile(town.mundaka.pk)
    assert refunds_of(town) == back
    assert now_at(attempt.charge).state == ChargeState.DUE


def test_the_right_amount_after_all_is_credited(town: Cast, owe: Owe, bank: type[Redsys]) -> None:
    attempt = doubted(town, owe())
    assert take_notification(token=attempt.token, data=notification(attempt))
    assert (now_at(attempt).state, now_at(attempt).taken_cents) == (AttemptState.PAID, 4500)


def test_who_has_paid_meanwhile_is_not_told_that_she_can_pay_again(town: Cast, owe: Owe, bank: type[Redsys]) -> None:
    with acting_for(town.mundaka.pk):
        file = opened(town)
    charge = owe(case_reference=file.reference)
    first = aside(town, doubted(town, charge), GivesBack.NOTHING)
    again = begin(town, charge).attempt
    take_notification(token=again.token, data=notification(again))
    take_notification(token=first.token, data=notification(first, Ds_Amount="9000"))
    aside(town, first)
    run_due(town.mundaka.pk)
    assert now_at(charge).state == ChargeState.PAID
    with acting_for(town.mundaka.pk):
        assert CaseEvent.objects.filter(case_file=file, code="payment_set_aside").exists()
    with reading_own(town.ane.person_id or 0):
        assert not Notification.objects.filter(subject_es__contains="puedes volver a pagar").exists()


def test_only_who_may_says_so_once_with_a_reason_and_no_more_goes_back_than_came(
    town: Cast, owe: Owe, bank: type[Redsys]
) -> None:
    attempt = doubted(town, owe())
    with acting_for(town.mundaka.pk):
        held = PaymentAttempt.objects.select_related("charge").get(pk=attempt.pk)
        with pytest.raises(PermissionDenied):
            set_aside(attempt=held, gives_back=GivesBack.BANK, reason="x", actor=town.citizen(town.ane))
    with pytest.raises(DomainError):
        aside(town, attempt, reason=" ")
    aside(town, attempt)
    with pytest.raises(DomainError):
        aside(town, attempt)
    reconcile(town.mundaka.pk)
    with acting_for(town.mundaka.pk), pytest.raises(DomainError):
        refund(attempt=PaymentAttempt.objects.get(pk=attempt.pk), reason="x", actor=town.clerk())


def test_more_than_was_asked_for_goes_back_whole(town: Cast, owe: Owe, bank: type[Redsys]) -> None:
    attempt = aside(town, doubted(town, owe(), 9000))
    reconcile(town.mundaka.pk)
    assert (now_at(attempt).refunded_cents, now_at(attempt).state) == (9000, AttemptState.REFUNDED)


def test_the_clerk_finds_it_in_the_day_s_work_and_decides_there(
    town: Cast, owe: Owe, bank: type[Redsys], clerk_client: Client, citizen_client: Client
) -> None:
    with acting_for(town.mundaka.pk):
        file = opened(town)
    charge = owe(case_reference=file.reference)
    attempt = doubted(town, charge)
    run_due(town.mundaka.pk)
    with acting_for(town.mundaka.pk):
        assert CaseEvent.objects.filter(case_file=file, code="payment_doubted").count() == 1
        words = CaseTask.objects.get(case_file=file, state="open").said
        assert "otro importe" in words["es"] and len({*words.values()}) == 3
    assert "1 payment of another amount" in clerk_client.get("/mundaka/en/admin/").content.decode()
    pay = f"/mundaka/en/pay/{charge.slug}/"
    page = citizen_client.get(pay).content.decode()
    assert "€0.01" in page or "0.01 €" in page
    assert "Do not pay again" in page and 'name="way"' not in page
    desk = clerk_client.get(DESK).content.decode()
    assert file.reference in desk and attempt.order in desk
    data = {"attempt": attempt.pk, f"a{attempt.pk}-gives_back": "bank", f"a{attempt.pk}-reason": ""}
    assert "This field is required" in clerk_client.post(DESK, data).content.decode()
    assert clerk_client.post(DESK, {**data, f"a{attempt.pk}-reason": "Beste bat"}).status_code == 302
    assert clerk_client.post(DESK, {**data, f"a{attempt.pk}-reason": "Beste bat"}).status_code == 404
    assert "payment of another amount" not in clerk_client.get("/mundaka/en/admin/").content.decode()
    run_due(town.mundaka.pk)
    page = citizen_client.get(pay).content.decode()
    assert "Now you can pay" in page and 'name="way"' in page
    with acting_for(town.mundaka.pk):
        assert CaseEvent.objects.filter(case_file=file, code="payment_set_aside").count() == 1
    with reading_own(town.ane.person_id or 0):
        assert Notification.objects.filter(subject_es__contains="puedes volver a pagar").count() == 1


def test_whoever_has_no_say_in_money_does_not_come_in(town: Cast, citizen_client: Client, client: Client) -> None:
    assert {one.get(DESK).status_code for one in (citizen_client, client)} == {302}
    assert client.post(DESK, {"attempt": "1"}).status_code == 302


def test_a_wrong_amount_for_a_cancelled_charge_waits_for_a_clerk_too(town: Cast, owe: Owe, bank: type[Redsys]) -> None:
    charge = owe()
    attempt = begin(town, charge).attempt
    with acting_for(town.mundaka.pk):
        cancel(charge=charge, reason="x", actor=town.clerk())
    known(attempt, amount=7)
    age(attempt, minutes=20)
    reconcile(town.mundaka.pk)
    aside(town, attempt)
    with acting_for(town.mundaka.pk):
        assert Refund.objects.get().amount_cents == 7

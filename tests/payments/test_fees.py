"""What a request costs: dated tariffs of the province and of the town, shown before it is sent and charged with it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseTask
from case_files.services import complete_task, note_fee, to_do
from core.audit.constants import Level
from core.municipalities.scope import acting_for, reading_own
from core.notifications.services import run_due
from core.payments.constants import TariffKind
from core.payments.formula import FormulaError, check
from core.payments.models import Charge, PaymentMethod, Tariff, TariffBand, TariffReduction
from core.payments.services import (
    Assessment,
    assess,
    begin_payment,
    copy_tariff,
    estimate,
    find_tariff,
    forget_tariffs,
    keep_method,
    load_tariffs,
    my_charges,
    take_notification,
)
from procedures.catalogue import find_definition
from procedures.constants import FieldType
from procedures.models import Procedure
from procedures.services import enable_procedures, forget_definitions, forget_town_procedures
from tests.cast import Cast
from tests.payments.bank import notification
from tests.payments.conftest import ADDRESSES, MERCHANT, SECRET, TERMINAL
from tests.procedures.walking import Walk

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)
SQUARE_METRE = {"width_cm": Decimal(200), "height_cm": Decimal(50)}


@pytest.fixture(autouse=True)
def fresh_catalogue() -> Iterator[None]:
    forget_definitions()
    forget_town_procedures()
    yield
    forget_definitions()
    forget_town_procedures()


@pytest.fixture
def province(cast: Cast) -> Cast:
    load_tariffs()
    return cast


@pytest.fixture
def online(catalogue: None, cast: Cast) -> Cast:
    with acting_for(cast.mundaka.pk):
        enable_procedures(cast.mundaka.pk)
        method = PaymentMethod(gateway="redsys", merchant=MERCHANT, terminal=TERMINAL)
        keep_method(method=method, secret=SECRET, actor=cast.clerk())
    return cast


def own(cast: Cast, code: str = "URB-002", **values: Any) -> Tariff:
    with acting_for(cast.mundaka.pk):
        tariff: Tariff = Tariff.objects.create(
            procedure_code=code, **({"kind": TariffKind.FIXED, "amount": 10, "valid_from": date(2026, 1, 1)} | values)
        )
    forget_tariffs()
    return tariff


def cost(cast: Cast, code: str = "URB-002", day: date = DAY, **answers: Any) -> Assessment:
    return assess(town_id=cast.mundaka.pk, procedure_code=code, answers=answers, day=day)


# --- tariffs ---


def test_the_provinces_tariffs_are_loaded_once_and_each_formula_names_questions_of_its_form(online: Cast) -> None:
    count = Tariff.objects.count()
    assert load_tariffs() == count == 88
    assert Tariff.objects.count() == count
    for tariff in Tariff.objects.filter(municipality=None):
        definition = find_definition(tariff.procedure_code)
        assert definition and definition.fee != "none", tariff
        kinds = {field.name: field.type for field in definition.form.fields}
        needed = {tariff.choice_input, tariff.number_input} - {""}
        needed |= check(tariff.formula) - {"band"} if tariff.formula else set()
        assert needed <= set(kinds), tariff
        assert all(kinds[name] != FieldType.TEXT for name in needed), tariff
    free = Procedure.objects.filter(fee="none").count()
    assert free + count == Procedure.objects.count()


@pytest.mark.parametrize(
    ("code", "answers", "cents"),
    [
        ("REG-001", {}, 0),
        ("REG-018", {}, 500),
        ("URB-001", {"works_budget": Decimal(100_000)}, 600_000),
        ("URB-001", {"works_budget": Decimal(1000)}, 11_000),
        ("URB-005", {"final_cost": Decimal(1000)}, 6000),
        ("URB-020", {"works_budget": Decimal(0), "element_type": "sign", **SQUARE_METRE}, 1200),
        ("URB-020", {"works_budget": Decimal(100), "element_type": "awning", **SQUARE_METRE}, 500),
        ("ACT-002", {"activity_type": "disco"}, 275_000),
        ("ACT-002", {"activity_type": "pub"}, None),
        ("VEH-001", {"vehicle_type": "car", "fiscal_hp": Decimal("11.9"), "registration_date": date(2026, 8, 1)}, 1704),
        ("VEH-001", {"vehicle_type": "car", "fiscal_hp": Decimal(12), "registration_date": date(2026, 1, 1)}, 7194),
        ("VIA-003", {"area_m2": Decimal(10), "date_from": DAY, "date_to": DAY + timedelta(days=9)}, 4500),
        ("CEM-003", {"unit_type": "niche", "term_years": "10"}, 40_800),
        ("CEM-003", {"unit_type": "niche", "term_years": "25"}, None),
        ("TRI-013", {}, None),
    ],
)  # fmt: skip
def test_what_the_province_charges(province: Cast, code: str, answers: dict[str, Any], cents: int | None) -> None:
    assert cost(province, code, **answers).amount_cents == cents


def test_a_towns_own_tariff_counts_in_its_days_and_in_its_town_only(province: Cast) -> None:
    own(province, "REG-018", amount=7, valid_from=date(2026, 3, 1), valid_to=date(2026, 6, 30))
    own(province, "REG-018", kind=TariffKind.FREE, amount=None, valid_from=date(2026, 7, 1))
    days = {date(2026, 2, 28): 500, date(2026, 3, 1): 700, date(2026, 6, 30): 700, date(2026, 7, 1): 0}
    for day, cents in days.items():
        assert cost(province, "REG-018", day).amount_cents == cents
    other = assess(town_id=province.balmaseda.pk, procedure_code="REG-018", answers={}, day=DAY)
    assert other.amount_cents == 500


def test_minimum_maximum_and_the_best_reduction(cast: Cast) -> None:
    tariff = own(cast, kind=TariffKind.FORMULA, amount=None, formula="5% * budget", minimum=60, maximum=500)
    with acting_for(cast.mundaka.pk):
        for value, percent in (("unemployed", 50), ("large_family", 20), ("exempt", 100)):
            TariffReduction.objects.create(
                tariff=tariff, field="discount", value=value, percent=percent, reason_eu="A", reason_es="B"
            )
    for budget, discount, cents in (
        (1, "", 6000), (2000, "", 10_000), (2000, "unemployed", 5000), (2000, "exempt", 0),
        (10**6, "large_family", 40_000),
    ):  # fmt: skip
        found = cost(cast, budget=Decimal(budget), discount=discount)
        assert found.amount_cents == cents
    assert found.details["reduction"]["percent"] == "20.00"


@pytest.mark.parametrize(("formula", "code"), [("1 / a", "zero"), ("missing + 1", "missing"), ("0 - 5", "large")])
def test_a_formula_that_fails_says_why_and_keeps_nobody_from_filing(cast: Cast, formula: str, code: str) -> None:
    own(cast, kind=TariffKind.FORMULA, amount=None, formula=formula)
    with pytest.raises(FormulaError) as refused:
        cost(cast, a=Decimal(0))
    assert refused.value.code == code
    found = estimate(town_id=cast.mundaka.pk, procedure_code="URB-002", answers={"a": Decimal(0)})
    assert found.amount_cents is None and found.problem


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "fixed"},
        {"kind": "formula"},
        {"kind": "formula", "formula": "__import__('os')"},
        {"kind": "table"},
        {"kind": "free", "valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)},
    ],
)
def test_a_tariff_that_can_not_be_worked_out_is_refused_when_it_is_written(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Tariff(procedure_code="X", **values).clean()


def test_a_town_copies_the_provinces_tariff_with_its_table(province: Cast) -> None:
    with acting_for(province.mundaka.pk):
        usual = Tariff.objects.get(municipality=None, procedure_code="CEM-003")
        made = copy_tariff(tariff=usual, actor=province.clerk())
        assert (made.municipality_id, made.valid_from) == (province.mundaka.pk, timezone.localdate())
        assert TariffBand.objects.filter(tariff=made, municipality=province.mundaka).count() == 2
    found = find_tariff(province.mundaka.pk, "CEM-003")
    assert found and found.pk == made.pk
    assert Tariff.objects.get(municipality=None, procedure_code="CEM-003").bands.count() == 2


# --- with a request ---


def send(cast: Cast, browser: Callable[..., Client], code: str = "URB-002") -> tuple[Walk, CaseFile]:
    walk = Walk(browser(cast.ane, level=Level.CERTIFICATE), code).begin().answer()
    walk.send()
    assert walk.response["Location"].endswith("/done/"), walk.response["Location"]
    with acting_for(cast.mundaka.pk):
        return walk, CaseFile.objects.latest("pk")


def test_what_is_owed_is_shown_before_sending_and_charged_with_it(online: Cast, browser: Callable[..., Client]) -> None:
    walk = Walk(browser(online.ane, level=Level.CERTIFICATE), "URB-002").begin().answer()
    page = walk.client.get(walk.url("check")).content.decode()
    assert "92,53 €" in page  # 5% of 1.250,50 and 30
    walk.send()
    with acting_for(online.mundaka.pk):
        charge = Charge.objects.get()
        case_file = CaseFile.objects.get()
        assert (charge.amount_cents, charge.case_reference, case_file.fee_cents) == (9253, case_file.reference, 9253)
        assert (charge.person_id, charge.payer_identifier) == (online.ane.person_id, "12345678Z")
        assert charge.details["formula"] == "5% * works_budget + 30"
    done = walk.client.get(walk.url("done")).content.decode()
    assert f"/mundaka/eu/pay/{charge.slug}/" in done
    with reading_own(online.ane.person_id or 0):
        (thing,) = to_do(online.ane.person_id or 0, my_charges())
    assert (thing.what, thing.charge, "92,53 €" in thing.sentence) == ("fee", charge.slug, True)
    folder = walk.client.get("/mundaka/eu/folder/").content.decode()
    assert f"/mundaka/eu/pay/{charge.slug}/" in folder


FEES: list[dict[str, Any]] = [
    {"amount": 99},
    {"kind": TariffKind.LATER, "amount": None},
    {"kind": TariffKind.FREE, "amount": None},
]


@pytest.mark.parametrize("before", FEES, ids=["fixed", "later", "free"])
def test_a_fee_that_changed_between_check_and_send_is_shown_again(
    online: Cast, browser: Callable[..., Client], before: dict[str, Any]
) -> None:
    """Also where it was free, or the town hall was to work it out."""
    tariff = own(online, **before)
    walk = Walk(browser(online.ane, level=Level.CERTIFICATE), "URB-002").begin().answer()
    seen = walk.seen()
    with acting_for(online.mundaka.pk):
        tariff.delete()
    own(online, amount=50)
    assert walk.send(seen).at == "check"
    page = walk.client.get(walk.url("check")).content.decode()
    assert "50,00 €" in page and "Ez da ezer bidali" in page
    with acting_for(online.mundaka.pk):
        assert not Charge.objects.exists() and not CaseFile.objects.exists()
    assert walk.send().at == "done"


def test_a_formula_that_fails_lets_the_request_through_and_leaves_the_fee_to_the_town_hall(
    online: Cast, browser: Callable[..., Client]
) -> None:
    own(online, kind=TariffKind.FORMULA, amount=None, formula="works_budget / (duration_months - duration_months)")
    _walk, case_file = send(online, browser)
    assert case_file.fee_cents is None
    with acting_for(online.mundaka.pk):
        assert not Charge.objects.exists()


def work_to_fee(cast: Cast, case_file: CaseFile) -> CaseTask:
    """Finish what stands before the step of the fee."""
    for _each in range(5):
        task = CaseTask.objects.select_related("case_file").get(case_file=case_file, state="open")
        if task.step == "fee_settlement":
            return task
        complete_task(task=task, actor=cast.clerk())
    raise AssertionError(task.step)


def pay(cast: Cast, case_file: CaseFile) -> None:
    with acting_for(cast.mundaka.pk):
        charge = Charge.objects.get(case_reference=case_file.reference, state="due")
    attempt = begin_payment(
        charge=charge, gateway="redsys", addresses=ADDRESSES, language="eu", actor=cast.citizen(cast.ane)
    ).attempt
    for _again in range(2):
        assert take_notification(token=attempt.token, data=notification(attempt))


@pytest.mark.django_db(transaction=True)
def test_the_step_of_the_fee_is_done_when_the_citizen_pays(online: Cast, browser: Callable[..., Client]) -> None:
    _walk, case_file = send(online, browser)
    with acting_for(online.mundaka.pk):
        work_to_fee(online, case_file)
    pay(online, case_file)
    for _again in range(2):
        run_due(online.mundaka.pk, 50)
    with acting_for(online.mundaka.pk):
        waiting = set(CaseTask.objects.filter(case_file=case_file, state="open").values_list("step", flat=True))
        assert waiting == {"technical_report", "legal_report"}
        assert CaseEvent.objects.filter(case_file=case_file, code="fee_paid").count() == 1
        assert CaseDocument.objects.filter(case_file=case_file, document__template="payment_receipt").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_paid_before_its_step_is_not_waited_for(online: Cast, browser: Callable[..., Client]) -> None:
    _walk, case_file = send(online, browser)
    pay(online, case_file)
    run_due(online.mundaka.pk, 50)
    with acting_for(online.mundaka.pk):
        task = CaseTask.objects.select_related("case_file").get(case_file=case_file, state="open")
        complete_task(task=task, actor=online.clerk())
        assert not CaseTask.objects.filter(case_file=case_file, state="open", step="fee_settlement").exists()


def test_what_a_clerk_notes_takes_the_place_of_what_is_unpaid(online: Cast, browser: Callable[..., Client]) -> None:
    _walk, case_file = send(online, browser)
    with acting_for(online.mundaka.pk):
        note_fee(task=work_to_fee(online, case_file), amount_cents=12_000, actor=online.clerk())
        states = Charge.objects.order_by("pk").values_list("amount_cents", "state")
        assert list(states) == [(9253, "cancelled"), (12_000, "due")]


def test_the_clerks_desk_for_money(online: Cast, clerk_client: Client) -> None:
    base = "/mundaka/eu/admin/payments"
    for model in ("tariff", "paymentmethod", "charge", "paymentattempt", "refund", "returnfile"):
        assert clerk_client.get(f"{base}/{model}/").status_code == 200, model
    for model in ("tariff", "paymentmethod", "returnfile"):
        assert clerk_client.get(f"{base}/{model}/add/").status_code == 200, model
    data = {"gateway": "mipago", "enabled": "on", "issuer": "480640", "suffix": "501", "signature": "HMAC_SHA512_V2",
            "position": "2", "secret": ""}  # fmt: skip
    assert clerk_client.post(f"{base}/paymentmethod/add/", data).status_code == 302
    with acting_for(online.mundaka.pk):
        redsys = PaymentMethod.objects.get(gateway="redsys")
        assert PaymentMethod.objects.filter(gateway="mipago").exists()
    page = clerk_client.get(f"{base}/paymentmethod/{redsys.pk}/change/").content.decode()
    assert redsys.sealed_secret not in page and SECRET not in page
    usual = Tariff.objects.get(municipality=None, procedure_code="REG-018")
    change = clerk_client.get(f"{base}/tariff/{usual.pk}/change/")
    assert change.status_code == 200 and 'name="_save"' not in change.content.decode(), "the province's is only read"
    assert (
        clerk_client.post(
            f"{base}/tariff/", {"action": "copy_to_the_town", "_selected_action": str(usual.pk)}
        ).status_code
        == 302
    )
    with acting_for(online.mundaka.pk):
        assert Tariff.objects.filter(municipality=online.mundaka, procedure_code="REG-018").exists()
    from django.core.files.uploadedfile import SimpleUploadedFile

    wrong = clerk_client.post(f"{base}/returnfile/add/", {"file": SimpleUploadedFile("c60.txt", b"nothing")})
    assert wrong.status_code == 200 and "60. koadernoko" in wrong.content.decode()

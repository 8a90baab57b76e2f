"""The small language of fees: exact, bounded, and nothing that Python could run."""

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.payments.formula import MAX_LENGTH, FormulaError, check, evaluate
from core.payments.services import to_cents

EUROS = st.decimals(min_value=0, max_value=1_000_000, places=2)


@pytest.mark.parametrize(
    ("formula", "euros"),
    [
        ("5% * works_budget + max(1% * works_budget, 60)", "600"),
        ("0.1 + 0.2", "0.3"),
        ("(works_budget - 9990) / 4", "2.5"),
        ("-2 + 3", "1"),
        ("min(works_budget, 50, 7)", "7"),
        ("round(2.5) + ceil(0.01)", "4"),
        ("0.45 * 10 * days(from_day, to_day)", "13.5"),
        ("100 * quarters_left(to_day) / 4", "50"),
        ("2.5 % * 100", "2.5"),
    ],
)
def test_formulas_come_to_exactly_what_they_say(formula: str, euros: str) -> None:
    values = {"works_budget": Decimal(10_000), "from_day": date(2026, 6, 29), "to_day": date(2026, 7, 1)}
    assert evaluate(formula, values) == Decimal(euros)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "1 +", "a b", "__import__('os')", "().__class__", "a.b", "a[0]", "a if b else c", "lambda: 1",
        "2 ** 9", "9 // 2", "9 % a", "'text'", "True", "[1]", "f(1)", "max(1)", "max(*a)", "min(1, key=2)", "a := 1",
        "1 < 2", "ñ + 1", "not 1", "~1", "1j", "(" * 60 + "1" + ")" * 60 + "+", "1+" * MAX_LENGTH + "1", "-" * 80 + "1",
    ],
)  # fmt: skip
def test_what_is_not_a_formula_is_refused(text: str) -> None:
    with pytest.raises(FormulaError) as refused:
        check(text)
    assert refused.value.code == "syntax"


@pytest.mark.parametrize(
    ("formula", "code"),
    [("a / b", "zero"), ("a / (b - b)", "zero"), ("a + missing", "missing"), ("a + day", "kind"),
     ("days(a, day)", "kind"), ("9999999999 * 1", "large"), ("1e999 * 0", "large")],
)  # fmt: skip
def test_what_can_not_be_worked_out_says_why(formula: str, code: str) -> None:
    with pytest.raises(FormulaError) as refused:
        evaluate(formula, {"a": Decimal(1), "b": Decimal(0), "day": date(2026, 1, 1)})
    assert (refused.value.code, refused.value.name) == (code, "missing" if code == "missing" else "")


def test_a_formula_names_the_answers_that_it_needs() -> None:
    assert check("5% * works_budget + max(band, days(date_from, date_to))") == {
        "works_budget",
        "band",
        "date_from",
        "date_to",
    }


@given(st.text(max_size=60))
def test_no_text_does_anything_but_be_worked_out_or_be_refused(text: str) -> None:
    with contextlib.suppress(FormulaError):
        evaluate(text, {"a": Decimal(1)})


@given(budget=EUROS, rate=st.integers(0, 100), least=EUROS)
def test_a_rate_with_a_minimum_is_never_below_it_and_grows_with_the_budget(
    budget: Decimal, rate: int, least: Decimal
) -> None:
    formula = f"max({rate}% * budget, {least})"
    fee = evaluate(formula, {"budget": budget})
    assert fee >= least
    assert evaluate(formula, {"budget": budget + 1}) >= fee


@given(first=st.dates(), last=st.dates())
def test_days_count_both_ends_and_are_never_silently_none(first: date, last: date) -> None:
    values = {"first": first, "last": last}
    if last < first:
        with pytest.raises(FormulaError) as refused:
            evaluate("days(first, last)", values)
        assert refused.value.code == "order"
    else:
        assert evaluate("days(first, last)", values) == (last - first).days + 1


@given(euros=st.decimals(min_value=0, max_value=999_999, places=4))
def test_cents_are_the_nearest_and_never_half_a_cent_away(euros: Decimal) -> None:
    cents = to_cents(euros)
    assert abs(Decimal(cents) / 100 - euros) <= Decimal("0.005")
    assert to_cents(Decimal(cents) / 100) == cents

"""The numbers of a bank slip: the fact book's worked example, and what must hold for all of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.municipalities.services import DomainError
from core.payments.cuaderno60 import MOST_CENTS, Paid, control_digits, make_slip, read_return_file, write_line

SLIPS = st.builds(
    make_slip,
    issuer=st.integers(0, 999_999).map(lambda n: f"{n:06d}"),
    suffix=st.integers(0, 999).map(lambda n: f"{n:03d}"),
    number=st.integers(0, 9_999_999_999).map(lambda n: f"{n:010d}"),
    amount_cents=st.integers(1, MOST_CENTS),
    until=st.dates(date(2026, 1, 1), date(2099, 12, 31)),
)


def test_the_worked_example_of_the_booklet() -> None:
    slip = make_slip(issuer="480203", suffix="101", number="0000012345", amount_cents=1250, until=date(2026, 12, 31))
    assert (slip.identification, slip.reference) == ("1101266365", "000001234564")
    assert slip.barcode == "905214802030000012345641101266365000012500"


@given(SLIPS)
def test_a_barcode_has_forty_two_digits_and_says_what_the_slip_says(slip: object) -> None:
    code = slip.barcode  # type: ignore[attr-defined]
    assert len(code) == 42 and code.isdecimal()
    issuer, reference, identification, cents = code[5:11], code[11:23], code[23:33], int(code[33:41])
    assert reference[10:] == control_digits(issuer, reference[:10], identification, cents)


def test_control_digits_are_the_booklets_arithmetic_not_that_of_floating_point() -> None:
    for number in range(5000):
        total = 480203 * 76 + number * 9 + (1101266365 + 1250 - 1) * 55
        decimals = f"{total / 97:.9f}".split(".")[1][:2]
        assert control_digits("480203", f"{number:010d}", "1101266365", 1250) == f"{99 - int(decimals):02d}"


@pytest.mark.parametrize(
    "wrong", [{"issuer": "48020"}, {"suffix": "1x1"}, {"amount_cents": 0}, {"amount_cents": 10**8}]
)
def test_what_does_not_fit_its_place_is_refused(wrong: dict[str, object]) -> None:
    right = {"issuer": "480203", "suffix": "101", "number": "0" * 10, "amount_cents": 1, "until": date(2026, 1, 1)}
    with pytest.raises(ValueError):
        make_slip(**(right | wrong))  # type: ignore[arg-type]


@given(st.lists(SLIPS, min_size=1, max_size=5))
def test_a_banks_file_is_read_as_it_was_written(slips: list[object]) -> None:
    paid = [
        Paid(n, s.issuer, s.reference[:10], s.reference[10:], s.identification, s.amount_cents, date(2026, 11, 20))  # type: ignore[attr-defined]
        for n, s in enumerate(slips, start=2)
    ]
    text = "\r\n".join(["01 the bank's own heading", *(write_line(one) for one in paid), "99 totals"])
    assert list(read_return_file(text.encode())) == paid
    assert all(one.is_sound for one in paid)


@given(st.binary(max_size=300))
def test_any_other_file_is_refused_in_words(content: bytes) -> None:
    try:
        list(read_return_file(content))
    except DomainError as error:
        assert error.field == "file"

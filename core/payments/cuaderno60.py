"""Cuaderno 60 of the Spanish banks, modality 2, format 521: the numbers of a bank slip, and the file that comes back.

Whole numbers only: the booklet's "first two decimals of a division" are lost in floating point.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from core.municipalities.services import DomainError

LAYOUT = Path(__file__).parent / "data" / "c60_return_layout.csv"
FORMAT = "521"
MOST_CENTS = 99_999_999  # eight digits


@dataclass(frozen=True)
class Slip:
    """The numbers that a bank reads: `issuer` 6 digits, `reference` 12 with its two of control, `identification` 10."""

    issuer: str
    reference: str
    identification: str
    amount_cents: int

    @property
    def barcode(self) -> str:
        """Forty-two digits, GS1-128."""
        return f"90{FORMAT}{self.issuer}{self.reference}{self.identification}{self.amount_cents:08d}0"

    @property
    def line(self) -> str:
        """As people type it at a bank's own page."""
        return f"{self.issuer}-{self.reference}-{self.identification}-{self.amount_cents:08d}"


def make_slip(*, issuer: str, suffix: str, number: str, amount_cents: int, until: date) -> Slip:
    """The slip of a ten-digit number; ValueError for what does not fit its places."""
    if not (len(issuer) == 6 and len(suffix) == 3 and len(number) == 10 and (issuer + suffix + number).isdecimal()):
        raise ValueError("issuer, suffix and number are 6, 3 and 10 digits")
    if not 0 < amount_cents <= MOST_CENTS:
        raise ValueError("the amount has at most eight digits of cents")
    identification = f"1{suffix}{until:%y}{until.year % 10}{until.timetuple().tm_yday:03d}"
    control = control_digits(issuer, number, identification, amount_cents)
    return Slip(issuer, number + control, identification, amount_cents)


def control_digits(issuer: str, number: str, identification: str, amount_cents: int) -> str:
    """The two digits after the reference (annex of the booklet)."""
    total = int(issuer) * 76 + int(number) * 9 + (int(identification) + amount_cents - 1) * 55
    return f"{99 - total * 100 // 97 % 100:02d}"


@dataclass(frozen=True)
class Paid:
    """One payment that a bank reports: `line` is the number of its line in the file."""

    line: int
    issuer: str
    number: str
    control: str
    identification: str
    amount_cents: int
    paid_on: date

    @property
    def is_sound(self) -> bool:
        return self.control == control_digits(self.issuer, self.number, self.identification, self.amount_cents)


@cache
def _layout() -> dict[str, tuple[int, int, str]]:
    """field → first and last position (from 1), and the record's mark where it is one."""
    with LAYOUT.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    return {row["field"]: (int(row["first"]), int(row["last"]), row["value"]) for row in rows}


def read_return_file(content: bytes) -> Iterator[Paid]:
    """The payments of a bank's file. DomainError names the first line that is not of this format.

    Where each field stands is data/c60_return_layout.csv.
    """
    try:
        lines = content.decode("latin-1").splitlines()
    except UnicodeDecodeError as error:  # pragma: no cover - latin-1 takes any byte
        raise _unreadable(1) from error
    first, last, mark = _layout()["record"]
    found = False
    for number, line in enumerate(lines, start=1):
        if line.strip() and line[first - 1 : last] == mark:
            found = True
            yield _paid(number, line)
    if not found:
        raise DomainError(_("There is no payment in this file. Is it the bank's Cuaderno 60 file?"), field="file")


def _paid(number: int, line: str) -> Paid:
    texts = {field: line[first - 1 : last] for field, (first, last, _mark) in _layout().items()}
    try:
        paid_on = datetime.strptime(texts["paid_on"], "%d%m%y").date()  # noqa: DTZ007 (a day has no zone)
        if not all(texts[field].isdecimal() for field in ("issuer", "number", "control", "identification", "amount")):
            raise ValueError(line)
    except ValueError as error:
        raise _unreadable(number) from error
    return Paid(
        line=number,
        issuer=texts["issuer"],
        number=texts["number"],
        control=texts["control"],
        identification=texts["identification"],
        amount_cents=int(texts["amount"]),
        paid_on=paid_on,
    )


def _unreadable(number: int) -> DomainError:
    return DomainError(_("Line %(number)s of the file can't be read.") % {"number": number}, field="file")


def write_line(paid: Paid) -> str:
    """A line as a bank writes it: for the demonstration and the tests."""
    texts = {
        "issuer": paid.issuer,
        "number": paid.number,
        "control": paid.control,
        "identification": paid.identification,
        "amount": f"{paid.amount_cents:012d}",
        "paid_on": f"{paid.paid_on:%d%m%y}",
    }
    line = list(" " * 100)
    for field, (first, last, mark) in _layout().items():
        line[first - 1 : last] = texts.get(field, mark)
    return "".join(line)

"""From what people type to what is kept: pure functions, each raising ValueError where it can't be understood."""

import re
import unicodedata
from datetime import date, time
from decimal import Decimal, InvalidOperation

from stdnum import iban as stdnum_iban
from stdnum.es import nif as stdnum_nif
from stdnum.es import referenciacatastral
from stdnum.exceptions import ValidationError as WrongNumber

# what shows nothing and can turn a text around or hide in a name
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
KEPT = {"\n", "\t", "\u200d"}  # the joiner that holds composed letters and signs together
LOOKS_LIKE_NIF = re.compile(r"[XYZKLM]?\d{5,9}[A-Z]|[ABCDEFGHJNPQRSUVW]\d{6,9}[A-Z]?")
OTHER_DOCUMENT = re.compile(r"(?=.*\d)[A-Z0-9]{5,20}")
MONEY = re.compile(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*(?:(?!\1)[.,](\d{1,2}))?|\d+(?:[.,](\d{1,2}))?")
PLATES = re.compile(r"[CERSTVPH]?\d{4}[BCDFGHJKLMNPRSTVWXYZ]{3}|[A-Z]{1,3}\d{4}[A-Z]{0,3}")
FOREIGN_PLATE = re.compile(r"(?=.*\d)[A-Z0-9]{4,10}")
NEW_PLATE = re.compile(r"\d{4}[A-Z]{3}")
COORDINATES = re.compile(r"\s*(-?\d{1,2}\.\d+)\s*[,; ]\s*(-?\d{1,3}\.\d+)\s*")


def clean_text(text: str) -> str:
    """Composed letters (NFC), Unix line ends, and nothing invisible: no null bytes, controls or direction marks."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " "))
    return "".join(c for c in text if c in KEPT or unicodedata.category(c) not in INVISIBLE)


def clean_line(text: str) -> str:
    """The same on one line, without doubled spaces."""
    return " ".join(clean_text(text).split())


def _alphanumeric(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum() and c.isascii())


def parse_nif(text: str) -> str:
    """A NIF, NIE or an entity's NIF: `12.345.678-z` → `12345678Z`; leading zeros may be missing."""
    number = _alphanumeric(text)
    if re.fullmatch(r"\d{5,7}[A-Z]", number):
        number = number.zfill(9)
    elif re.fullmatch(r"[XYZ]\d{5,6}[A-Z]", number):
        number = number[0] + number[1:].zfill(8)
    try:
        return str(stdnum_nif.validate(number))
    except WrongNumber:
        raise ValueError("wrong number or letter") from None


def parse_identifier(text: str) -> tuple[str, str]:
    """Kind (nif, nie or other) and number. What looks like a NIF must be a right one."""
    number = _alphanumeric(text)
    if LOOKS_LIKE_NIF.fullmatch(number):
        number = parse_nif(number)
        return ("nie" if number[0] in "XYZ" else "nif"), number
    if OTHER_DOCUMENT.fullmatch(number):
        return "other", number
    raise ValueError("not an identity document")


def parse_iban(text: str) -> str:
    try:
        return str(stdnum_iban.validate(_alphanumeric(text)))
    except WrongNumber:
        raise ValueError("wrong digits") from None


def parse_cadastral_ref(text: str) -> str:
    """The State's twenty signs with their check letters, or the shorter number of Bizkaia's own cadastre."""
    number = _alphanumeric(text)
    if len(number) == 20:
        try:
            return str(referenciacatastral.validate(number))
        except WrongNumber:
            raise ValueError("wrong check letters") from None
    if 5 <= len(number) <= 18 and any(c.isdigit() for c in number):
        return number
    raise ValueError("wrong length")


def parse_cents(text: str) -> int:
    """Euro cents: `1.234,5`, `1234.50 €` and `1 234,50` are all 123450 or so. A point or comma before three digits
    parts thousands, before one or two it begins the cents."""
    plain = clean_line(text).replace("€", "").replace("EUR", "").replace("eur", "").strip().replace("\u202f", " ")
    match = MONEY.fullmatch(plain)
    if not match:
        raise ValueError("not an amount")
    cents = match[2] or match[3] or ""
    euros = plain[: len(plain) - len(cents) - 1] if cents else plain
    return int("".join(c for c in euros if c.isdigit())) * 100 + int(cents.ljust(2, "0") or 0)


def parse_number(text: str) -> Decimal:
    """`1.234,5` → 1234.5: as for money, but with any number of decimals after a comma."""
    plain = clean_line(text).replace(" ", "")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", plain):
        plain = plain.replace(".", "")
    try:
        number = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not number.is_finite():
        raise ValueError("not a number")
    return number


def parse_plate(text: str) -> str:
    """Today's `1234 BCD`, the older `BI 1234 AB`, the special ones, or a foreign one."""
    plate = _alphanumeric(text)
    if PLATES.fullmatch(plate):
        return plate
    if NEW_PLATE.fullmatch(plate) or not FOREIGN_PLATE.fullmatch(plate):
        raise ValueError("not a plate")
    return plate


def parse_phone(text: str) -> str:
    """`94 123 45 67` → `941234567`; another country's keeps its `+`."""
    plain = re.sub(r"[\s().\-/]", "", clean_line(text))
    plain = re.sub(r"^(\+34|0034)", "", plain)
    if re.fullmatch(r"[6-9]\d{8}", plain) or re.fullmatch(r"(\+|00)[1-9]\d{6,14}", plain):
        return plain
    raise ValueError("not a telephone number")


def parse_date(day: str, month: str, year: str) -> date:
    """Three numbers; ValueError for a day that does not exist."""
    parts = [clean_line(part) for part in (day, month, year)]
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts[2]) != 4:
        raise ValueError("not numbers")
    found = date(int(parts[2]), int(parts[1]), int(parts[0]))
    if not 1850 <= found.year <= 2150:
        raise ValueError("a year that nobody means")
    return found


def parse_time(text: str) -> time:
    """`9:30`, `09.30`, `9h30` or `9`."""
    match = re.fullmatch(r"(\d{1,2})(?:[:.h ]?(\d{2}))?h?", clean_line(text).lower())
    if not match:
        raise ValueError("not a time")
    return time(int(match[1]), int(match[2] or 0))


def parse_coordinates(text: str) -> tuple[str, str]:
    """`43.4076, -2.6982` → latitude and longitude with a point."""
    match = COORDINATES.fullmatch(clean_line(text))
    if not match or abs(float(match[1])) > 90 or abs(float(match[2])) > 180:
        raise ValueError("not coordinates")
    return match[1], match[2]

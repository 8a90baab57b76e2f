"""What each template is filled with. A document's `context` is JSON of exactly these keys, checked before rendering.

Said(eu=…, es=…) is a text that differs between the languages; days are ISO dates and moments ISO date-times with
their offset, as JSON has no others; amounts are euro cents. `holder_identifier`, where a document has one, makes the
verification page ask for its last four characters before it shows the document.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NotRequired, TypedDict, get_args, get_origin, get_type_hints, is_typeddict


class Said(TypedDict):
    eu: str
    es: str


class Line(TypedDict):
    """A label and what was said to it."""

    label: Said
    value: str | Said


class Attachment(TypedDict):
    name: str
    mime: str
    size: int  # bytes
    sha256: str


class Letter(TypedDict):
    """What every document has, given or not; the rest (town, code, seal note) is added while rendering."""

    reference: NotRequired[str]  # of the case file


class Personal(Letter):
    """One that may show a person's data."""

    holder_identifier: NotRequired[str]


class Receipt(Personal):
    """Ley 39/2015, arts. 16.3 and 21.4: the registry's own proof, with every attachment's hash."""

    number: str  # 2026-E-000123; this and the next five come from `registry`, last in its transaction
    kind: str  # the book: E or S
    at: str
    deemed_at: str  # the same as `at`, or the first hour of the next working day
    moved: bool  # whether those are different days
    hash: str  # of the entry
    mode: str  # 01 at a desk, 02 electronic
    summary: str
    procedure: Said
    procedure_code: str
    sia: str
    unit: Said
    unit_dir3: str
    party: str
    party_identifier: str
    representative: str
    representative_identifier: str
    lines: list[Line]  # what was asked
    attachments: list[Attachment]
    term: Said  # the longest time to resolve, in words
    silence: Said  # what no answer means, in words


class Volante(Letter):
    """The individual volante of the padrón: informative, without the secretary's signature."""

    holder_name: str
    holder_identifier: str
    birth_date: str
    birth_place: str
    nationality: Said
    address: str
    postcode: str
    place: str
    section: str  # district and section, as 01-003
    registered_since: str  # in the town
    address_since: str
    issued_at: str
    purpose: str


class CorrectionItem(TypedDict):
    text: Said


class CorrectionRequest(Personal):
    """Ley 39/2015, art. 68.1."""

    procedure: Said
    party: str
    filed_on: str
    entry_number: str
    items: list[CorrectionItem]
    working_days: int


class WithText(Personal):
    """A clerk's own words, in the file's language or in both."""

    procedure: Said
    party: str
    text: str | Said
    signed_by: str
    signed_as: Said
    signed_on: str


class Report(WithText):
    """A report that a unit gives in a file."""

    subject: Said  # technical report, legal report …


class Proposal(WithText):
    """What the handler proposes to the body that resolves."""

    outcome: Said


class Resolution(WithText):
    """The decision, with the appeals that it allows (Ley 39/2015, arts. 88 and 40.2)."""

    outcome: Said
    body: Said  # who resolves: the mayor, by delegation …
    ends_path: bool  # whether it ends the administrative path


class NotificationCover(Personal):
    """The sheet before what is notified; also what is printed where the channel is paper."""

    subject: Said
    party: str
    address: list[str]  # lines of the postal address, empty for an electronic one
    issued_on: str
    legal: bool
    channel: str  # electronic, paper
    text: Said


class Answer(WithText):
    """The town hall's answer to a request."""

    filed_on: str
    entry_number: str


class FeeNotice(Personal):
    """A fee that is due."""

    procedure: Said
    party: str
    concept: Said
    amount_cents: int
    payable_until: str
    ordinance: Said


class BankSlip(Personal):
    """A slip to be paid at a bank: Cuaderno 60, modality 2, format 521."""

    party: str
    concept: Said
    amount_cents: int
    payable_until: str
    issuer: str
    slip_reference: str  # twelve digits, with the two of control
    identification: str
    barcode: str  # forty-two digits


class PaymentReceipt(Personal):
    """The proof of a payment."""

    party: str
    concept: Said
    amount_cents: int
    paid_at: str
    gateway: str  # a code of core.payments
    order: str
    authorisation: str


class DayClosure(Letter):
    """A day of a registry book, closed by the hash of its last entry."""

    kind: str  # the book: E or S
    year: int
    day: str
    first_number: str
    last_number: str
    entries: int
    last_hash: str


class Section(TypedDict):
    title: Said
    lines: list[Line]


class Application(Personal):
    """The form as it was filed."""

    procedure: Said
    procedure_code: str
    party: str
    party_identifier: str
    filed_at: str
    sections: list[Section]
    attachments: list[Attachment]


class Statement(Personal):
    """What somebody declared before the town hall: a power that she granted or took back, her consent at the desk."""

    party: str
    party_identifier: str
    text: Said
    lines: list[Line]
    stated_at: str
    clerk: str  # who stood there; empty on line


class Table(TypedDict):
    title: Said  # may be empty
    columns: list[Said]
    rows: list[list[str | Said]]


class Extract(Personal):
    """What a register says, stated by automated action: a certificate, a proof, counts (Ley 40/2015, art. 41)."""

    intro: Said
    lines: list[Line]
    tables: list[Table]
    closing: Said
    issued_at: str


TEMPLATES: dict[str, Any] = {
    "receipt": Receipt,
    "volante": Volante,
    "correction_request": CorrectionRequest,
    "report": Report,
    "proposal": Proposal,
    "resolution": Resolution,
    "notification": NotificationCover,
    "answer": Answer,
    "fee_notice": FeeNotice,
    "bank_slip": BankSlip,
    "payment_receipt": PaymentReceipt,
    "day_closure": DayClosure,
    "application": Application,
    "statement": Statement,
    "extract": Extract,
}


def missing_keys(template: str, context: dict[str, Any]) -> list[str]:
    """The keys that the template needs and the context lacks, those inside lists and texts as `items.0.text`."""
    return sorted(_missing(TEMPLATES[template], context, ""))


@cache
def _hints(shape: Any) -> dict[str, Any]:
    return {key: hint for key, hint in get_type_hints(shape).items() if key in shape.__required_keys__}


def _missing(shape: Any, value: Any, path: str) -> Iterator[str]:
    if is_typeddict(shape):
        if not isinstance(value, dict):
            yield path.rstrip(".")
            return
        for key, hint in _hints(shape).items():
            if key not in value:
                yield path + key
            else:
                yield from _missing(hint, value[key], f"{path}{key}.")
    elif get_origin(shape) is list and is_typeddict(inner := get_args(shape)[0]):
        for index, item in enumerate(value):
            yield from _missing(inner, item, f"{path}{index}.")

"""What comes on paper or in person, and what leaves: entered by a registrar in one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.services import new_document, new_upload, save_all, store
from core.identity.constants import IdentifierKind, Role
from core.identity.models import Person
from core.identity.rights import require
from core.identity.services import find_person, is_number_of_entity, kind_of_number, normalise
from core.municipalities.models import Unit, open_municipality
from core.municipalities.services import DomainError
from core.notifications.services import outbox, render_effect
from registry.constants import BookKind, Mode, Paper, Transport
from registry.models import Entry

from .entering import register
from .receipts import receipt_context

TITLES = {
    BookKind.ENTRY: ("Sarrera-erregistroaren egiaztagiria", "Justificante del registro de entrada"),
    BookKind.EXIT: ("Irteera-erregistroaren egiaztagiria", "Justificante del registro de salida"),
}
WHAT = {"eu": "Eskatutakoa", "es": "Lo que se pide"}
# what a scanner makes, by its first bytes: the name of a file proves nothing
SCANS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@dataclass(frozen=True)
class Scan:
    """A scanned paper as it came from the browser."""

    name: str
    file: BinaryIO


@dataclass(frozen=True)
class Filing:
    """What the registrar writes down of a paper. `seen` says that she had the filer's identity document in her hand."""

    kind: BookKind
    summary: str
    text: str
    name: str
    identifier: str = ""
    representative: str = ""
    seen: bool = False
    unit: Unit | None = None
    language: str = "eu"
    transport: str = Transport.BY_HAND
    paper: str = Paper.ALL_SCANNED
    case_reference: str = ""


@transaction.atomic
def register_at_desk(*, filing: Filing, scans: Sequence[Scan] = (), key: str, actor: Actor) -> Entry:
    """Enter a paper, or what leaves on paper, with its scans and its receipt; needs a registrar.

    The typed number opens nothing: only where the clerk has seen the document is the entry put in the folder of the
    person who has proved it before. The same `key` enters once. DomainError where a scan is neither PDF, JPEG nor PNG.
    """
    require(actor, Role.REGISTRAR)
    if entered := Entry.objects.select_related("book").filter(key=key).first():
        return entered
    uploads = [_upload(scan, filing, actor) for scan in scans]
    attachments = [
        {"document": document.csv, "file_name": v.file_name, "mime": v.mime, "size": v.size, "sha256": v.sha256}
        for document, v in uploads
    ]
    party, person = _party(filing)
    receipt = new_document(
        kind=DocumentKind.RECEIPT,
        title_eu=TITLES[filing.kind][0],
        title_es=TITLES[filing.kind][1],
        template="receipt",
        context=receipt_context(
            summary=filing.summary,
            party=party,
            unit=filing.unit,
            attachments=attachments,
            lines=[{"label": WHAT, "value": filing.text}] if filing.text else [],
            mode=Mode.DESK,
            reference=filing.case_reference,
        ),
        language="bi",
        actor=actor,
    )
    save_all([receipt, *(document for document, _v in uploads)], [version for _d, version in uploads])
    outbox([render_effect(receipt)])
    return register(
        kind=filing.kind,
        summary=filing.summary,
        party=party,
        person=person,
        content={"text": filing.text, "transport": str(filing.transport), "paper": str(filing.paper)},
        attachments=attachments,
        receipt=receipt,
        unit=filing.unit,
        mode=Mode.DESK,
        case_reference=filing.case_reference,
        language=filing.language,
        key=key,
        actor=actor,
    )


def _upload(scan: Scan, filing: Filing, actor: Actor) -> Any:
    head = scan.file.read(16)
    scan.file.seek(0)
    mime = next((mime for start, mime in SCANS.items() if head.startswith(start)), "")
    if not mime:
        raise DomainError(
            _("%(name)s is neither PDF, JPEG nor PNG: scan it as one of these.") % {"name": scan.name}, field="scans"
        )
    return new_upload(
        kind=DocumentKind.APPLICATION if filing.kind == BookKind.ENTRY else DocumentKind.COMMUNICATION,
        title=scan.name,
        stored=store(open_municipality() or 0, scan.file),
        file_name=scan.name,
        mime=mime,
        language=filing.language,
        from_citizen=filing.kind == BookKind.ENTRY,
        actor=actor,
    )


def _party(filing: Filing) -> tuple[dict[str, Any], Person | None]:
    """Who filed, as filed, and the person it is known to be."""
    number = normalise(filing.identifier)
    entity = is_number_of_entity(number)
    kind = IdentifierKind.NIF if entity else kind_of_number(number) or (IdentifierKind.OTHER if number else "")
    person = find_person(str(kind), number) if number and filing.seen else None
    party: dict[str, Any] = {"name": filing.name, "identifier_kind": str(kind), "identifier": number}
    if filing.representative:
        party["representative"] = {"name": filing.representative}
    return party, person

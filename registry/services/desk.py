"""What comes on paper or in person, and what leaves: entered by a registrar in one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.services import CheckedUpload, check_upload, new_document, new_upload, save_all, store_or_refuse
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
# what a scanner makes
SCANS = ("application/pdf", "image/jpeg", "image/png")


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
def register_at_desk(*, filing: Filing, scans: Sequence["UploadedFile[Any]"] = (), key: str, actor: Actor) -> Entry:
    """Enter a paper, or what leaves on paper, with its scans and its receipt; needs a registrar.

    The typed number opens nothing: only where the clerk has seen the document is the entry put in the folder of the
    person who has proved it before. The same `key` enters once. DomainError where `check_upload` refuses a scan, or
    where it is neither PDF, JPEG nor PNG.
    """
    require(actor, Role.REGISTRAR)
    if entered := Entry.objects.select_related("book").filter(key=key).first():
        return entered
    checked = _checked(scans)
    uploads = [_upload(scan, known, filing, actor) for scan, known in zip(scans, checked, strict=True)]
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


def _checked(scans: Sequence["UploadedFile[Any]"]) -> list[CheckedUpload]:
    """Through the same door as what citizens attach: size, content, virus; all of them before any is kept."""
    checked: list[CheckedUpload] = []
    for scan in scans:
        held = sum(one.size for one in checked)
        known = check_upload(scan, field="scans", already_bytes=held, already_files=len(checked))
        if known.mime not in SCANS:
            raise DomainError(
                _("%(name)s is neither PDF, JPEG nor PNG: scan it as one of these.") % {"name": known.name},
                field="scans",
            )
        checked.append(known)
    return checked


def _upload(scan: "UploadedFile[Any]", known: CheckedUpload, filing: Filing, actor: Actor) -> Any:
    return new_upload(
        kind=DocumentKind.APPLICATION if filing.kind == BookKind.ENTRY else DocumentKind.COMMUNICATION,
        title=known.name,
        stored=store_or_refuse(open_municipality() or 0, scan),
        file_name=known.name,
        mime=known.mime,
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

"""The documents of a request: itself, its receipt, and what was attached."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from case_files.constants import DocumentRole
from case_files.models import CaseDocument, CaseParty
from core.documents.constants import DocumentKind
from core.documents.models import Document, DocumentVersion
from core.documents.services import StoredBlob, new_document, new_upload
from core.municipalities.services.terms import MADRID
from procedures.catalogue import Definition, names_of
from procedures.constants import TermUnit
from procedures.forms.showing import address
from procedures.models import Draft
from registry.constants import Mode

from .completing import attachment_names
from .desk import CONSENT, consent_of
from .parties import Sending
from .statements import both

SUMMARY_FIELDS = ("subject", "title", "project_title", "activity_name")


@dataclass(frozen=True)
class Papers:
    """The documents of a request and the links that put them into its file."""

    documents: list[Document]
    versions: list[DocumentVersion]
    links: list[CaseDocument]
    receipt: Document | None


def papers_of(sending: Sending, parties: list[CaseParty], lines: list[dict[str, Any]]) -> Papers:
    """The request itself, its receipt where it is registered, and what was attached; all unsaved."""
    draft, definition, actor = sending.draft, sending.definition, sending.actor
    papers = Papers([], [], [], _receipt(sending, parties, lines) if definition.is_registered else None)
    if papers.receipt:
        papers.documents.append(papers.receipt)
        papers.links.append(CaseDocument(document=papers.receipt, role=DocumentRole.RECEIPT))
    application = _application(sending, parties, lines)
    papers.documents.append(application)
    papers.links.append(CaseDocument(document=application, role=DocumentRole.APPLICATION))
    if draft.behalf_of_id:
        first = parties[0] if parties else CaseParty()
        told = {"party": first.name, "party_identifier": first.identifier}
        consent = consent_of(draft, language=sending.language, actor=actor, **told)
        papers.documents.append(consent)
        papers.links.append(CaseDocument(document=consent, role=DocumentRole.OTHER, type_code=CONSENT))
    for attachment in draft.attachments:
        if "document" in attachment:  # of her folder: the same document, in one more file
            papers.links.append(
                CaseDocument(
                    document_id=attachment["document"],
                    role=DocumentRole.ATTACHMENT,
                    type_code=attachment["type"][:40],
                )
            )
            continue
        document, version = new_upload(
            kind=DocumentKind.OTHER,
            title=attachment["file_name"],
            stored=StoredBlob(attachment["sha256"], attachment["size"]),
            file_name=attachment["file_name"],
            mime=attachment["mime"],
            language=sending.language,
            actor=actor,
        )
        names = attachment_names(sending.journey, attachment["type"])
        document.title_eu, document.title_es = names["eu"][:200], names["es"][:200]
        papers.documents.append(document)
        papers.versions.append(version)
        papers.links.append(
            CaseDocument(document=document, role=DocumentRole.ATTACHMENT, type_code=attachment["type"][:40])
        )
    return papers


def _application(sending: Sending, parties: list[CaseParty], lines: list[dict[str, Any]]) -> Document:
    definition = sending.definition
    asked = {"eu": "Eskaera", "es": "Solicitud"}
    contact = [
        {"label": {"eu": eu, "es": es}, "value": value}
        for eu, es, value in (
            ("Helbide elektronikoa", "Correo electrónico", sending.filled.applicant.email),
            ("Telefonoa", "Teléfono", sending.filled.applicant.phone),
            ("Posta-helbidea", "Dirección postal", _postal(sending)),
        )
        if value
    ]
    sections = [
        {"title": asked, "lines": [{"label": line["label"], "value": line["value"]} for line in lines]},
        {"title": {"eu": "Harremanetarako datuak", "es": "Datos de contacto"}, "lines": contact},
    ]
    first = parties[0] if parties else CaseParty()
    return new_document(
        kind=DocumentKind.APPLICATION,
        title_eu=definition.names["eu"],
        title_es=definition.names["es"],
        template="application",
        context={
            "procedure": _said(definition.names),
            "procedure_code": definition.code,
            "party": first.name,
            "party_identifier": first.identifier,
            "filed_at": timezone.now().astimezone(MADRID).isoformat(timespec="seconds"),
            "sections": [section for section in sections if section["lines"]],
            "attachments": _attached(sending.draft),
        },
        language=sending.language,
        actor=sending.actor,
    )


def _receipt(sending: Sending, parties: list[CaseParty], lines: list[dict[str, Any]]) -> Document:
    definition, unit = sending.definition, sending.offer.unit
    first = parties[0] if parties else CaseParty()
    second = parties[1] if len(parties) > 1 else CaseParty()
    return new_document(
        kind=DocumentKind.RECEIPT,
        title_eu="Erregistroko egiaztagiria",
        title_es="Justificante de registro",
        template="receipt",
        context={
            "mode": Mode.ELECTRONIC.value,
            "summary": summary_of(sending),
            "procedure": _said(definition.names),
            "procedure_code": definition.code,
            "sia": "",
            "unit": _said(names_of(unit)) if unit else {"eu": "", "es": ""},
            "unit_dir3": unit.dir3 if unit else "",
            "party": first.name,
            "party_identifier": first.identifier,
            "representative": second.name,
            "representative_identifier": second.identifier,
            "lines": [{"label": line["label"], "value": line["value"]} for line in lines],
            "attachments": _attached(sending.draft),
            "term": in_both(lambda: term_text(definition)),
            "silence": in_both(lambda: silence_text(definition)),
        },
        language=sending.language,
        actor=sending.actor,
    )


def _attached(draft: Draft) -> list[dict[str, Any]]:
    return [
        {"name": one["file_name"], "mime": one["mime"], "size": one["size"], "sha256": one["sha256"]}
        for one in draft.attachments
    ]


def _postal(sending: Sending) -> str:
    told = sending.filled.applicant
    return address(told.address) if told.address else ""


def _said(names: dict[str, str]) -> dict[str, str]:
    return {"eu": names["eu"], "es": names["es"]}


def summary_of(sending: Sending) -> str:
    """The subject for the book: the procedure, and what it is about where the form asks."""
    name = sending.definition.names["eu" if sending.language == "eu" else "es"]
    about = next((str(sending.filled.values[one]) for one in SUMMARY_FIELDS if one in sending.filled.values), "")
    return f"{name}: {about}" if about else name


def in_both(text: Callable[[], object]) -> dict[str, str]:
    """What `text()` says in Basque and in Spanish."""
    eu, es = both(text)
    return {"eu": eu, "es": es}


def term_text(definition: Definition) -> str:
    """The longest time to answer, in words."""
    value = definition.term_value or 0
    if definition.term_unit == TermUnit.IMMEDIATE:
        return gettext("At once")
    if definition.term_unit == TermUnit.MONTHS:
        return ngettext("%(count)s month", "%(count)s months", value) % {"count": value}
    if definition.term_unit == TermUnit.WORKING_DAYS:
        return ngettext("%(count)s working day", "%(count)s working days", value) % {"count": value}
    return ngettext("%(count)s calendar day", "%(count)s calendar days", value) % {"count": value}


def silence_text(definition: Definition) -> str:
    """What it means when no answer comes in time."""
    return {
        "positive": gettext("Without an answer in that time, it counts as granted."),
        "negative": gettext("Without an answer in that time, it counts as denied and you can appeal."),
    }.get(definition.silence, "")

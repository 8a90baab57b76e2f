"""What a citizen files in a case file that is open: entry, receipt with every hash, and its place in the file."""

from collections.abc import Mapping, Sequence
from typing import Any

from case_files.constants import Capacity, DocumentRole
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseParty
from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document, DocumentVersion
from registry.constants import BookKind, Mode
from registry.models import Entry
from registry.services import number_of, receipt_context, register

from .base import applicant_of, event, parties_of
from .papers import addressee, keep, listed, paper

Upload = tuple[Document, DocumentVersion]


def enter_filing(
    case_file: CaseFile,
    *,
    code: str,
    title: Mapping[str, str],
    content: Mapping[str, Any],
    lines: Sequence[tuple[Mapping[str, str], str]],
    uploads: Sequence[Upload],
    key: str,
    party: CaseParty | None = None,
    actor: Actor,
) -> Entry:
    """Save what was delivered with its receipt, register it, and write `code` in the history with its number.

    The receipt's rows are saved before the entry, because the entry is last but for the line that bears its number.
    `party` is who filed it, by default the one who acts.
    """
    receipt, place = _receipt(case_file, title, lines, uploads, actor=actor)
    keep(case_file, [(receipt, place)], uploads=uploads)
    party = party or filer(case_file, actor)
    entry = register(
        kind=BookKind.ENTRY,
        summary=f"{title['es' if case_file.language == 'es' else 'eu']} · {case_file.reference}",
        party=addressee(party),
        person=party.person if party else None,
        content=content,
        attachments=listed([document for document, _v in uploads], [version for _d, version in uploads]),
        receipt=receipt,
        unit=case_file.unit,
        mode=Mode.DESK if actor.is_clerk else Mode.ELECTRONIC,
        procedure_code=case_file.procedure_code,
        case_reference=case_file.reference,
        language=case_file.language,
        key=key,
        actor=actor,
    )
    params = {"number": number_of(entry), "count": len(uploads)}
    CaseEvent.objects.bulk_create([event(case_file, code, actor=actor, params=params, entry=entry, document=receipt)])
    return entry


def filer(case_file: CaseFile, actor: Actor) -> CaseParty | None:
    """The party who acts; at a desk, the applicant."""
    mine = [party for party in parties_of(case_file) if actor.is_citizen and party.person_id == actor.person_id]
    return mine[0] if mine else applicant_of(case_file)


def addressee_with_agent(case_file: CaseFile) -> dict[str, Any]:
    """The applicant as filed, with who represents her."""
    agent = next((party for party in parties_of(case_file) if party.capacity == Capacity.REPRESENTATIVE), None)
    return addressee(applicant_of(case_file)) | ({"representative": addressee(agent)} if agent else {})


def _receipt(
    case_file: CaseFile,
    title: Mapping[str, str],
    lines: Sequence[tuple[Mapping[str, str], str]],
    uploads: Sequence[Upload],
    *,
    actor: Actor,
) -> tuple[Document, CaseDocument]:
    """The registry's proof; `register` adds the number and the times to it."""
    context = receipt_context(
        summary=f"{title['eu']} / {title['es']}",
        party=addressee_with_agent(case_file),
        unit=case_file.unit,
        attachments=listed([document for document, _v in uploads], [version for _d, version in uploads]),
        lines=[{"label": {"eu": label["text_eu"], "es": label["text_es"]}, "value": value} for label, value in lines],
        mode=Mode.DESK if actor.is_clerk else Mode.ELECTRONIC,
        procedure={"eu": case_file.title_eu, "es": case_file.title_es},
        procedure_code=case_file.procedure_code,
        reference=case_file.reference,
    )
    return paper(
        case_file,
        template="receipt",
        kind=DocumentKind.RECEIPT,
        role=DocumentRole.RECEIPT,
        title={"eu": f"{title['eu']}: hartu-agiria", "es": f"{title['es']}: justificante"},
        context=context,
        language="bi",
        visible=True,
        actor=actor,
    )

"""Not asked for twice: documents of her folder used again, and her objections to what would be looked up."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from case_files.constants import Capacity, DocumentRole
from case_files.models import CaseDocument
from core.audit.services import Actor
from core.documents.models import Document
from core.interoperability.constants import kind_of_document
from core.interoperability.models import Consent
from core.interoperability.services import objected_kinds
from core.municipalities.scope import reading_own
from core.municipalities.services import DomainError
from procedures.forms.uploading import LOOKUP_CONSENT, LOOKUP_CONSENT_VERSION
from procedures.models import Draft
from procedures.steps import CONSENTED_AT, CONSENTS_TO, DOCUMENTS, OBJECTION_REASON, OBJECTS_TO, Journey

from .drafts import check_open, save_draft

MOST_OFFERED = 40
USED_AGAIN = (DocumentRole.ATTACHMENT, DocumentRole.OUTPUT, DocumentRole.RESOLUTION)


def my_documents(*, person_id: int | None, municipality_id: int) -> list[Document]:
    """What she has brought to this town, and what it has given her, newest first, with `versions` read: through her
    own door, of files in which she is the applicant; a discreet file's are not offered."""
    if person_id is None:
        return []
    with reading_own(person_id):
        rows = (
            CaseDocument.objects.filter(
                municipality_id=municipality_id,
                role__in=USED_AGAIN,
                visible=True,
                case_file__discreet=False,
                case_file__parties__person=person_id,
                case_file__parties__capacity=Capacity.APPLICANT,
                document__disposed_at=None,
            )
            .select_related("document")
            .prefetch_related("document__versions")
            .order_by("-added_at", "-pk")[:MOST_OFFERED]
        )
        documents = {row.document_id: row.document for row in rows}
    return [document for document in documents.values() if document.versions.all()]


@transaction.atomic(savepoint=False)
def reuse(*, draft: Draft, type_code: str, document_id: int, actor: Actor) -> dict[str, Any]:
    """Put a document of her folder into the locked draft, by reference: no byte is copied.

    DomainError, its field the type's code, where it is not one of hers in this town, or is in the draft already.
    """
    check_open(draft)
    who = actor.person_id if actor.is_citizen and actor.proved else None
    hers = my_documents(person_id=who, municipality_id=draft.municipality_id or 0)
    document = next((one for one in hers if one.pk == document_id), None)
    if document is None:
        raise DomainError(_("This document is not in your folder of this town."), field=type_code)
    if any(known.get("document") == document.pk for known in draft.attachments):
        raise DomainError(_("You have already chosen this document."), field=type_code)
    version = max(document.versions.all(), key=lambda one: one.number)
    attachment = {
        "id": secrets.token_hex(8),
        "type": type_code,
        "file_name": version.file_name,
        "mime": version.mime,
        "size": version.size,
        "sha256": version.sha256,
        "at": timezone.now().isoformat(timespec="seconds"),
        "document": document.pk,
        "csv": document.csv,
    }
    draft.attachments = [*draft.attachments, attachment]
    save_draft(draft, "attachments", actor=actor)
    return attachment


@transaction.atomic(savepoint=False)
def save_objections(
    *, draft: Draft, journey: Journey, codes: Sequence[str], reason: str, consents: Sequence[str] = (), actor: Actor
) -> bool:
    """Keep in the locked draft what she objects to having looked up, and to what of the rest she consents, with the
    moment; whether that asks for more documents than before.

    DomainError with field `objection_reason` where she says no reason (art. 28.2 and RGPD, art. 21).
    """
    check_open(draft)
    before, agreed = set(journey.objections), {one.code for one in journey.consented}
    wanted = [one.code for one in journey.objectable if one.code in codes]
    if wanted and not reason.strip():
        raise DomainError(_("Say in a few words why you object."), field=OBJECTION_REASON)
    said = {OBJECTS_TO: wanted, OBJECTION_REASON: [reason.strip()[:300]]} if wanted else {}
    allowed = [one.code for one in journey.consentable if one.code in consents]
    if allowed:
        at = draft.data.get(DOCUMENTS, {}).get(CONSENTED_AT) if set(allowed) == agreed else None
        said |= {CONSENTS_TO: allowed, CONSENTED_AT: at or [timezone.now().isoformat(timespec="seconds")]}
    if said != draft.data.get(DOCUMENTS, {}):
        draft.data = journey.raw = {**draft.data, DOCUMENTS: said}
        save_draft(draft, "data", actor=actor)
    return bool(set(wanted) - before or agreed - set(allowed))


def consents_of(journey: Journey, case_reference: str) -> list[Consent]:
    """What she has consented to in this request, unsaved: the words that she read, when, and in which session."""
    actor, found = journey.actor, {}
    for document in journey.consented:
        kind = kind_of_document(document.code)
        if kind is None or actor.person_id is None:
            continue
        found[kind.code] = Consent(
            person_id=actor.person_id,
            kind=kind.code,
            case_reference=case_reference,
            procedure_code=journey.definition.code,
            text=f"{LOOKUP_CONSENT}: {document.name}",
            version=LOOKUP_CONSENT_VERSION,
            given_at=datetime.fromisoformat(journey.raw[DOCUMENTS][CONSENTED_AT][0]),
            evidence={
                **actor.evidence,
                "channel": str(actor.channel),
                "level": int(actor.level),
                "user": actor.user_id,
                "law": kind.law,
            },
        )
    return list(found.values())


def objected_in_general(journey: Journey, person_id: int | None) -> dict[str, str]:
    """Document → reason of what she has objected to before, in this town; one statement."""
    if person_id is None or not journey.objectable:
        return {}
    kinds = objected_kinds(person_id, journey.definition.code)
    found = {}
    for document in journey.objectable:
        kind = kind_of_document(document.code)
        if kind and (reason := kinds.get(kind.code, kinds.get(""))) is not None:
            found[document.code] = reason
    return found

"""From what proves a signature to the rows that keep it."""

import io
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.documents.constants import DocumentKind
from core.documents.models import Document, DocumentVersion
from core.documents.services import ask_to_render, new_document, open_for_reader, save_all, store_or_refuse
from core.identity.services import proved_identifiers
from core.municipalities.services import DomainError, terms
from core.signing.constants import STATEMENT, AttemptState, RequestState
from core.signing.gateways import require_on
from core.signing.models import Signature, SigningAttempt, SigningRequest
from core.signing.words import both

from .asking import tell_ended
from .attempts import check_level, check_signer, shown_version
from .evidence import lines_of


@transaction.atomic
def finish(*, attempt: SigningAttempt, evidence: Mapping[str, Any], signed: bytes = b"", actor: Actor) -> Signature:
    """Keep the signature of a locked attempt whose proof has been looked at, and end its request.

    `signed` is the file with her signature in it; it becomes the document's next version, and the one she was shown
    stays. DomainError `changed` where the document got another version meanwhile.
    """
    request = attempt.request
    check_signer(request, actor)
    require_on(attempt.method)
    check_level(attempt.method, actor)  # the session that ends it may be another one than began it
    latest = shown_version(request)
    if latest is None or latest.pk != attempt.version_id:
        raise DomainError(
            _("The document has changed since you opened it. Read it again before you sign."), code="changed"
        )
    version = _keep_signed(latest, signed) if signed else None
    numbers = [str(one) for one in proved_identifiers(request.person)]
    signature = Signature(
        request=request,
        person_id=request.person_id,
        name=str(request.person) or request.name,
        identifier=numbers[0] if numbers else "",
        case_reference=request.case_reference,
        method=attempt.method,
        sha256=latest.sha256,
        version=latest,
        signed_version=version,
        statement=_(STATEMENT),
        level=int(actor.level),
        evidence={**evidence, "session": dict(actor.evidence)},
    )
    signature.proof = _proof(request, signature, actor)
    signature.save(force_insert=True)
    attempt.state, attempt.closed_at = AttemptState.DONE, timezone.now()
    attempt.save(update_fields=["state", "closed_at"])
    request.state, request.closed_at = RequestState.SIGNED, signature.at
    request.save(update_fields=["state", "closed_at"])
    told = {"method": attempt.method, "sha256": latest.sha256}
    record("signing.signed", actor=actor, target=request, subject=request.person_id, data=told)
    tell_ended(request, signature, actor)
    return signature


def read(version: DocumentVersion) -> bytes:
    """The exact bytes of a version; DomainError where they can't be had now."""
    with open_for_reader(version) as blob:
        return blob.read()


def _keep_signed(shown: DocumentVersion, signed: bytes) -> DocumentVersion:
    stored = store_or_refuse(shown.municipality_id or 0, io.BytesIO(signed))
    made: DocumentVersion = DocumentVersion.objects.create(
        document_id=shown.document_id,
        number=shown.number + 1,
        file_name=shown.file_name,
        mime=shown.mime,
        size=stored.size,
        sha256=stored.sha256,
        pages=shown.pages,
        sealed_at=shown.sealed_at,  # the seal is still in it
        signer=shown.signer,
    )
    return made


def _proof(request: SigningRequest, signature: Signature, actor: Actor) -> Document:
    """The sheet of evidence, which a worker renders and seals."""
    document = new_document(
        kind=DocumentKind.DILIGENCE,
        title_eu=f"Sinaduraren ebidentzia: {request.document.title_eu}",
        title_es=f"Evidencia de la firma: {request.document.title_es}",
        template="statement",
        context={
            "party": signature.name,
            "party_identifier": signature.identifier,
            "text": both(STATEMENT),
            "lines": lines_of(request, signature),
            "stated_at": signature.at.astimezone(terms.MADRID).isoformat(timespec="seconds"),
            "clerk": "",
            **({"reference": request.case_reference} if request.case_reference else {}),
            **({"holder_identifier": signature.identifier} if signature.identifier else {}),
        },
        language="bi",
        actor=actor,
    )
    save_all([document])
    ask_to_render(document)
    return document

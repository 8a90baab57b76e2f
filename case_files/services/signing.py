"""A party is asked to sign a document of the file: a contract, an agreement, a declaration."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from case_files.constants import Capacity, DocumentRole
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseParty
from core.audit.services import Actor
from core.documents.models import Document
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError
from core.notifications.services import notify
from core.signing.constants import RequestState
from core.signing.models import Signature, SigningRequest
from core.signing.services import ask, cancel, find_request, on_signing_ended

from .base import event, live, lock, parties_of, save, write
from .opening import attach
from .papers import said

ASKERS = (Role.HANDLER, Role.CENSUS_OFFICER, Role.SIGNATORY)
SUBJECT = gettext_noop("The town hall asks you to sign a document")
BODY = gettext_noop("You find it in your folder, among the things to do. Read it, and sign it there if you agree.")


def connect() -> None:
    """Called once, at start."""
    on_signing_ended(_ended)


@transaction.atomic
def ask_signature(
    *,
    case_file: CaseFile,
    document: Document,
    party: CaseParty,
    about: str = "",
    due_on: date | None = None,
    seen: int | None = None,
    actor: Actor,
) -> SigningRequest:
    """Ask a party to sign a document of the file: among her things to do, with a notice; the parties read it from now.

    DomainError: `document` where it is not in the file, `party` where nobody knows on line who she is, `due_on`.
    """
    require(actor, *ASKERS)
    case_file = lock(case_file, seen=seen)
    live(case_file)
    place = CaseDocument.objects.filter(case_file=case_file, document=document).first()
    if place is None:
        raise DomainError(_("This document is not in the case file."), field="document")
    if party.capacity == Capacity.FORMER or party not in parties_of(case_file):
        raise DomainError(_("This party is not in the case file any more."), field="party")
    if party.person is None:
        message = _("This party has not identified herself on line: she can only sign at the town hall.")
        raise DomainError(message, field="party")
    if not place.visible:
        place.visible = True
        place.save(update_fields=["visible"])
    request = ask(
        document=document,
        person=party.person,
        name=party.name,
        about=about,
        case_reference=case_file.reference,
        discreet=case_file.discreet,
        due_on=due_on,
        actor=actor,
    )
    save(case_file)
    params = {"names": _titles(document), "who": party.name}
    write(case_file, "signature_asked", actor=actor, params=params, document=document)
    _tell(case_file, party, actor)
    return request


def cancel_signature(*, case_file: CaseFile, slug: str, reason: str, actor: Actor) -> SigningRequest:
    """The town does not ask for a signature any more. The file's row is not locked: she may be signing this moment, and
    then her request's row comes first."""
    require(actor, *ASKERS)
    request = find_request(case_file.reference, slug)
    if request is None:
        raise DomainError(_("Nobody is asked for this signature."))
    return cancel(request=request, reason=reason, actor=actor)


def _tell(case_file: CaseFile, party: CaseParty, actor: Actor) -> None:
    subject, body = said(SUBJECT), said(BODY)
    notify(
        person=party.person,
        email="" if case_file.discreet else party.email,
        language=party.language,
        subject_eu=subject["eu"],
        subject_es=subject["es"],
        body_eu=body["eu"],
        body_es=body["es"],
        reference=case_file.reference,
        actor=actor,
    )


def _ended(request: SigningRequest, signature: Signature | None, actor: Actor) -> None:
    """Put the evidence into the file, and tell its history."""
    case_file = CaseFile.objects.filter(reference=request.case_reference).first() if request.case_reference else None
    if case_file is None:
        return
    proof = signature.proof if signature else None
    if proof is not None:
        place = CaseDocument(document=proof, role=DocumentRole.OTHER, type_code="signature")
        attach(case_file, [place], start=CaseDocument.objects.filter(case_file=case_file).count())
    params = {"names": _titles(request.document), "who": request.name, "text": request.reason}
    declined = request.state == RequestState.DECLINED
    line = event(
        case_file,
        "signed" if signature else "signature_declined" if declined else "signature_cancelled",
        actor=actor,
        params=params,
        document=proof,
    )
    CaseEvent.objects.bulk_create([line])


def _titles(document: Document) -> dict[str, Any]:
    return {"eu": document.title_eu, "es": document.title_es}

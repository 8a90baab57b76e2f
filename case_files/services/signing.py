"""A party is asked to sign a document of the file: a contract, an agreement, a declaration."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

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
from core.signing.services import ask, cancel, find_request, on_signing, on_signing_ended

from .base import ENDED, event, live, lock, parties_of, save, write
from .engine import note_tasks
from .opening import attach
from .papers import said

ASKERS = (Role.HANDLER, Role.CENSUS_OFFICER, Role.SIGNATORY)
SUBJECT = gettext_noop("The town hall asks you to sign a document")
STOPPED = gettext_noop("The town hall does not ask you to sign any more")
SIGNED = gettext_noop("%(who)s has signed “%(name)s”.")
DECLINED = gettext_noop("%(who)s does not sign “%(name)s”: %(text)s")
CODES = {
    RequestState.SIGNED: "signed",
    RequestState.DECLINED: "signature_declined",
    RequestState.CANCELLED: "signature_cancelled",
}
BODY = gettext_noop("You find it in your folder, among the things to do. Read it, and sign it there if you agree.")


def connect() -> None:
    """Called once, at start."""
    on_signing_ended(_ended)
    on_signing(_stands)


def _stands(request: SigningRequest) -> bool:
    """Nothing is signed in a file that has ended, or was withdrawn since it was asked, nor by whoever has left it: what
    ends a request passes over one that is being signed that very moment."""
    found = CaseFile.objects.filter(reference=request.case_reference).first() if request.case_reference else None
    if found is None:
        return True
    withdrawn = CaseEvent.objects.filter(case_file=found, code="withdrawal_asked", at__gte=request.asked_at)
    parties = {party.person_id for party in parties_of(found) if party.capacity != Capacity.FORMER}
    return found.state not in ENDED and request.person_id in parties and not withdrawn.exists()


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
    _tell(case_file, party, said(SUBJECT), said(BODY), actor)
    return request


def cancel_signature(*, case_file: CaseFile, slug: str, reason: str, actor: Actor) -> SigningRequest:
    """The town does not ask for a signature any more. The file's row is not locked: she may be signing this moment, and
    then her request's row comes first."""
    require(actor, *ASKERS)
    request = find_request(case_file.reference, slug)
    if request is None:
        raise DomainError(_("Nobody is asked for this signature."))
    return cancel(request=request, reason=reason, actor=actor)


def _tell(
    case_file: CaseFile, party: CaseParty, subject: Mapping[str, str], body: Mapping[str, str], actor: Actor
) -> None:
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
    """Put the evidence into the file, tell its history, and whoever does not know yet: the clerks who work on it what
    she has answered, or her that nobody asks any more.

    Whoever ends a file holds its row, and passes over a request that is being signed: so the request's comes first.
    """
    found = CaseFile.objects.filter(reference=request.case_reference).first() if request.case_reference else None
    if found is None:
        return
    case_file, proof = lock(found), signature.proof if signature else None
    if proof is not None:
        place = CaseDocument(document=proof, role=DocumentRole.OTHER, type_code="signature")
        attach(case_file, [place], start=CaseDocument.objects.filter(case_file=case_file).count())
    titles = _titles(request.document)
    params = {"names": titles, "who": request.name, "text": request.reason}
    code = CODES[RequestState(request.state)]
    CaseEvent.objects.bulk_create([event(case_file, code, actor=actor, params=params, document=proof)])
    if request.state == RequestState.CANCELLED:
        _tell_her(case_file, request, titles, actor)
        return
    save(case_file)
    _tell_clerks(case_file, SIGNED if signature else DECLINED, request, titles)


def _tell_clerks(case_file: CaseFile, message: str, request: SigningRequest, titles: Mapping[str, str]) -> None:
    def words() -> str:
        name = titles["es" if get_language() == "es" else "eu"]
        return _(message) % {"who": request.name, "name": name, "text": request.reason}

    note_tasks(case_file, words)


def _tell_her(case_file: CaseFile, request: SigningRequest, titles: Mapping[str, str], actor: Actor) -> None:
    """Not where she did it herself."""
    party = CaseParty.objects.filter(case_file=case_file, person=request.person_id).select_related("person").last()
    if party is not None and actor.person_id != request.person_id:
        _tell(
            case_file, party, said(STOPPED), {key: f"{name}. {request.reason}" for key, name in titles.items()}, actor
        )


def _titles(document: Document) -> dict[str, str]:
    return {"eu": document.title_eu, "es": document.title_es}

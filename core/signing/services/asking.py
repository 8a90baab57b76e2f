"""Asking for a signature, and not getting it."""

from collections.abc import Callable, Collection
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.audit.services import SYSTEM, Actor, record
from core.documents.models import Document, DocumentVersion
from core.documents.services import seal_file
from core.identity.models import Person
from core.identity.rights import require
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.signing.constants import MOST_BYTES, PDF, RequestState
from core.signing.models import Signature, SigningRequest
from core.signing.words import both

EndedHook = Callable[[SigningRequest, Signature | None, Actor], None]
StandsHook = Callable[[SigningRequest], bool]
_hooks: list[EndedHook] = []
_stands: list[StandsHook] = []
OVER = gettext_noop("What it was asked for is over, or whoever was asked has left it.")


def on_signing_ended(hook: EndedHook) -> EndedHook:
    """Call `hook(request, signature, actor)` in the transaction in which a request is signed, its proof saved; without
    a signature where she declined, or nobody asks any more. The request's row is locked."""
    _hooks.append(hook)
    return hook


def on_signing(hook: StandsHook) -> StandsHook:
    """Ask `hook(request)` before anybody signs: False where what it was asked for is over."""
    _stands.append(hook)
    return hook


def tell_ended(request: SigningRequest, signature: Signature | None, actor: Actor) -> None:
    for hook in _hooks:
        hook(request, signature, actor)


@transaction.atomic(savepoint=False)
def ask(
    *,
    document: Document,
    person: Person,
    name: str,
    about: str = "",
    case_reference: str = "",
    discreet: bool = False,
    due_on: date | None = None,
    actor: Actor,
) -> SigningRequest:
    """Ask a person to sign a document of the open town; what is asked already stays as it is. An uploaded PDF gets the
    town's seal first.

    Whoever calls sees to it that she may read the document. DomainError (due_on) where the last day has passed.
    """
    require(actor)
    if due_on and due_on < timezone.localdate():
        raise DomainError(_("The last day to sign has passed already."), field="due_on")
    known = SigningRequest.objects.filter(document=document, person=person, state=RequestState.OPEN).first()
    if known:
        return known
    shown = DocumentVersion.objects.filter(document=document).order_by("-number").first()
    if shown and shown.mime == PDF and not shown.sealed_at and shown.size <= MOST_BYTES:
        seal_file(shown)  # whose file it is, before anybody signs it; a certificate's signature is added to a seal
    request = SigningRequest.objects.create(
        document=document,
        person=person,
        name=name[:200],
        about=about.strip()[:300],
        case_reference=case_reference,
        discreet=discreet,
        asked_by=actor.name[:200],
        due_on=due_on,
    )
    record("signing.asked", actor=actor, target=request, subject=person.pk, data={"csv": document.csv})
    return request


@transaction.atomic
def cancel(*, request: SigningRequest, reason: str, actor: Actor) -> SigningRequest:
    """The town does not ask for it any more. DomainError once it is signed, or declined."""
    require(actor)
    return _close(request, RequestState.CANCELLED, reason, actor)


def cancel_of(*, case_reference: str, persons: Collection[int] | None = None, reason: str, actor: Actor) -> None:
    """What is still open in a case file, of these persons or of all, is not asked for any more: the file has ended, or
    they have left it. What is being signed this very moment stays: whoever signs holds its row and awaits the file's.
    """
    rows = SigningRequest.objects.filter(case_reference=case_reference, state=RequestState.OPEN)
    if persons is not None:
        rows = rows.filter(person__in=persons)
    for request in rows.select_for_update(of=("self",), skip_locked=True):
        _close(request, RequestState.CANCELLED, reason, actor)


@transaction.atomic
def decline(*, request: SigningRequest, reason: str, actor: Actor) -> SigningRequest:
    """She won't sign; whoever asked reads why."""
    if actor.person_id != request.person_id:
        raise DomainError(_("Only whoever was asked can say so."))
    return _close(request, RequestState.DECLINED, reason, actor)


def _close(request: SigningRequest, state: RequestState, reason: str, actor: Actor) -> SigningRequest:
    held, reason = lock(request), reason.strip()
    check_open(held)
    if not reason:
        raise DomainError(_("Say why: it stays in the record."), field="reason")
    held.state, held.reason, held.closed_at = state, reason[:300], timezone.now()
    held.save(update_fields=["state", "reason", "closed_at"])
    record(f"signing.{state}", actor=actor, target=held, subject=held.person_id, reason=held.reason)
    tell_ended(held, None, actor)
    return held


def lock(request: SigningRequest) -> SigningRequest:
    """The request's row until the commit. Lock order: the request, then its attempts."""
    held: SigningRequest = SigningRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    return held


def check_open(request: SigningRequest) -> None:
    """DomainError where there is nothing to sign any more."""
    if request.state == RequestState.SIGNED:
        raise DomainError(_("You have signed this document already."), code="signed")
    if request.state != RequestState.OPEN:
        raise DomainError(_("This document is not waiting for your signature any more."), code="closed")


def stands(request: SigningRequest) -> bool:
    """Whether the room that asked for it still wants it, of her."""
    return all(hook(request) for hook in _stands)


def sweep_over(municipality_id: int) -> int:
    """End the open requests that no longer stand: what ended them passed over one whose row was held. How many.

    Each in a transaction of its own, for whoever is told of it asks for its file.
    """
    with acting_for(municipality_id):
        over = [one.pk for one in SigningRequest.objects.filter(state=RequestState.OPEN) if not stands(one)]
    ended, reason = 0, " · ".join(both(OVER).values())
    for pk in over:
        with acting_for(municipality_id):
            rows = SigningRequest.objects.filter(pk=pk, state=RequestState.OPEN)
            request = rows.select_for_update(of=("self",), skip_locked=True).first()
            if request is not None and not stands(request):
                _close(request, RequestState.CANCELLED, reason, SYSTEM)
                ended += 1
    return ended


def check_signable(request: SigningRequest) -> None:
    """DomainError where there is nothing to sign any more, also as the room says that asked for it."""
    check_open(request)
    if not stands(request):
        raise DomainError(_("This document is not waiting for your signature any more."), code="closed")


def my_requests() -> list[SigningRequest]:
    """What waits for her signature in every town, the nearest day first; behind `reading_own`, one statement."""
    rows = list(SigningRequest.objects.filter(state=RequestState.OPEN).order_by("asked_at")[:50])
    return sorted(rows, key=lambda row: (row.due_on is None, row.due_on or date.max))


def requests_of(case_reference: str) -> list[SigningRequest]:
    """What was asked to be signed in a case file of the open town, the oldest first."""
    rows = SigningRequest.objects.filter(case_reference=case_reference).select_related("document")
    return list(rows.order_by("asked_at"))


def signatures_of(case_reference: str) -> list[Signature]:
    """The signatures of a case file of the open town, the oldest first."""
    return list(Signature.objects.filter(case_reference=case_reference).select_related("request", "proof"))


def find_request(case_reference: str, slug: str) -> SigningRequest | None:
    """One request of a case file of the open town."""
    return SigningRequest.objects.filter(case_reference=case_reference, slug=slug).first()


def follow_person(old_id: int, new_id: int) -> None:
    """When two persons turn out to be one, what she is asked for follows her; with the province's door open."""
    open_ones = SigningRequest.objects.filter(state=RequestState.OPEN)
    known = open_ones.filter(person_id=new_id).values("document_id")
    twice = open_ones.filter(person_id=old_id, document_id__in=known)  # both were asked: once is enough
    twice.update(state=RequestState.CANCELLED, closed_at=timezone.now())
    SigningRequest.objects.filter(person_id=old_id).update(person_id=new_id)

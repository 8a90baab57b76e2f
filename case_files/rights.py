"""Who may touch a case file. Fetching and authorising are one step: what is not yours is not there."""

from collections.abc import Iterable

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from core.audit.services import Actor
from core.documents.models import Document
from core.identity.constants import IdentifierKind, Role
from core.identity.models import PersonIdentifier
from core.identity.services import valid_memberships
from core.municipalities.scope import reading_own

from .constants import Capacity
from .models import CaseDocument, CaseFile, CaseParty, CaseTask, Joining

READERS = frozenset({Role.REGISTRAR, Role.HANDLER, Role.CENSUS_OFFICER, Role.SIGNATORY, Role.TOWN_ADMINISTRATOR})
# whose work reaches every unit, where they belong to none: in a small town they are the unit
NUMBERS = (IdentifierKind.NIF, IdentifierKind.NIE)
CONFIDANTS = frozenset({Role.HANDLER, Role.SIGNATORY})


def get_case_file_for(actor: Actor, reference: str) -> CaseFile:
    """The file, for a clerk who may open it or for one of its parties; anybody else's is Http404."""
    case_file = CaseFile.objects.select_related("unit").filter(reference=reference).first()
    if case_file is None or case_file.municipality_id != actor.municipality_id:
        raise Http404("no such case file")
    if actor.is_clerk and may_open(actor, case_file):
        return case_file
    if actor.is_citizen and actor.person_id and is_party(actor, case_file):
        return case_file
    raise Http404("no such case file")


def may_open(actor: Actor, case_file: CaseFile) -> bool:
    """Whether a clerk may open this file of the open town; see `readable_by`."""
    if not actor.is_clerk or READERS.isdisjoint(actor.roles):
        return False
    return not case_file.discreet or CaseFile.objects.filter(readable_by(actor), pk=case_file.pk).exists()


def readable_by(actor: Actor, to_file: str = "") -> Q:
    """Which files of her town a clerk's lists show her; `to_file` is the way there, as in `case_file__`.

    All but the discreet ones. Of those: what her unit handles or has a task in, and what she, or a colleague in whose
    place she stands, has a task in. A clerk of no unit needs a role whose work is to handle or to sign.
    """
    if not actor.units and not CONFIDANTS.isdisjoint(actor.roles):
        return Q()
    held = valid_memberships(actor.user_id or 0, actor.municipality_id or 0).exclude(substitutes=None)
    tasks = Q(assignee_id=actor.user_id or 0) | Q(assignee_id__in=held.values("substitutes"))
    hers = CaseTask.objects.filter(tasks | Q(unit_id__in=actor.units), case_file__discreet=True)
    return (
        Q(**{f"{to_file}discreet": False})
        | Q(**{f"{to_file}unit_id__in": actor.units})
        | Q(**{f"{to_file}pk__in": hers.values("case_file_id")})
    )


def hidden_references(actor: Actor) -> Iterable[str]:
    """The open town's discreet files that this clerk may not open, for `registry.services.on_books_read`."""
    discreet = CaseFile.objects.filter(discreet=True)
    return discreet.exclude(pk__in=discreet.filter(readable_by(actor)).values("pk")).values_list("reference", flat=True)


def is_party(actor: Actor, case_file: CaseFile) -> bool:
    """Whether the actor is a party of the file today, who may act in it."""
    today = timezone.localdate()
    rows = CaseParty.objects.filter(case_file=case_file, person_id=actor.person_id).exclude(capacity=Capacity.FORMER)
    ends = rows.values_list("valid_to", flat=True)
    return any(end is None or end >= today for end in ends)


def get_joining_for(actor: Actor, slug: str) -> Joining:
    """What she was asked to join, in any town: only for whoever has proved the number that it names; else Http404."""
    if not (actor.proved and actor.person_id):
        raise Http404("no such request")
    with reading_own(actor.person_id):
        hers = PersonIdentifier.objects.filter(person=actor.person_id, valid_to=None, kind__in=NUMBERS)
        found = Joining.objects.filter(slug=slug, identifier__in=list(hers.values_list("value", flat=True))).first()
    if found is None:
        raise Http404("no such request")
    return found


def get_task_for(actor: Actor, task_id: int) -> CaseTask:
    """The task with its file, for a clerk who may open it; anybody else's is Http404."""
    task = CaseTask.objects.select_related("case_file", "unit", "assignee").filter(pk=task_id).first()
    if task and task.municipality_id == actor.municipality_id and may_open(actor, task.case_file):
        return task
    raise Http404("no such task")


def subjects_of(document: Document, actor: Actor) -> list[int]:
    """The parties of the files that hold a document, for the record of who read it; Http404 for one she may not open.

    Registered with `core.documents.rights.on_document_read`.
    """
    places = CaseDocument.objects.filter(document=document).select_related("case_file")
    files = [place.case_file for place in places]
    if not all(may_open(actor, case_file) for case_file in files):
        raise Http404("no such document")
    parties = CaseParty.objects.filter(case_file__in=files, person__isnull=False)
    return list(parties.values_list("person_id", flat=True))

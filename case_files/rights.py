"""Who may touch a case file. Fetching and authorising are one step: what is not yours is not there."""

from django.http import Http404
from django.utils import timezone

from core.audit.services import Actor
from core.identity.constants import Role

from .models import CaseFile, CaseParty, CaseTask

READERS = frozenset({Role.REGISTRAR, Role.HANDLER, Role.CENSUS_OFFICER, Role.SIGNATORY, Role.TOWN_ADMINISTRATOR})


def get_case_file_for(actor: Actor, reference: str) -> CaseFile:
    """The file, for a clerk of its town or for one of its parties; anybody else's is Http404."""
    case_file = CaseFile.objects.select_related("unit").filter(reference=reference).first()
    if case_file is None or case_file.municipality_id != actor.municipality_id:
        raise Http404("no such case file")
    if actor.is_clerk and not READERS.isdisjoint(actor.roles):
        return case_file
    if actor.is_citizen and actor.person_id and is_party(actor, case_file):
        return case_file
    raise Http404("no such case file")


def is_party(actor: Actor, case_file: CaseFile) -> bool:
    """Whether the actor is a party of the file today."""
    today = timezone.localdate()
    ends = CaseParty.objects.filter(case_file=case_file, person_id=actor.person_id).values_list("valid_to", flat=True)
    return any(end is None or end >= today for end in ends)


def get_task_for(actor: Actor, task_id: int) -> CaseTask:
    """The task with its file, for a clerk of the town; anybody else's is Http404."""
    task = CaseTask.objects.select_related("case_file", "unit", "assignee").filter(pk=task_id).first()
    if (
        task
        and task.municipality_id == actor.municipality_id
        and actor.is_clerk
        and not READERS.isdisjoint(actor.roles)
    ):
        return task
    raise Http404("no such task")

"""How the parties of files that are still open are reached."""

from typing import Any

from django.db import transaction

from case_files.models import CaseEvent, CaseParty
from core.audit.services import Actor

from .base import ENDED, audit, event


@transaction.atomic(savepoint=False)
def reach_party(*, person_id: int, changes: dict[str, Any], actor: Actor) -> int:
    """From now on she is written to so, in each of her open files of the town; in how many.

    `changes`: channel, email, phone, address, language of `CaseParty`. Not where she acts for somebody else: a company
    must be reached on the screen (Ley 39/2015, art. 14.2).
    """
    hers = CaseParty.objects.filter(person_id=person_id, represents=None).exclude(case_file__state__in=ENDED)
    files = {party.case_file_id: party.case_file for party in hers.select_related("case_file")}
    hers.update(**changes)
    CaseEvent.objects.bulk_create([event(one, "reached_otherwise", actor=actor) for one in files.values()])
    for one in files.values():
        audit(one, "reached_otherwise", actor=actor)
    return len(files)

"""Objections that hold beyond one request, and taking them back."""

from django.db import transaction
from django.db.models import Q

from core.audit.services import Actor, record
from core.interoperability.models import Objection

from .ending import end


def objected_kinds(person_id: int, procedure_code: str) -> dict[str, str]:
    """Kind → reason of what the person objects to in the open town, for this procedure or in general; "" is every
    kind. One statement."""
    rows = Objection.objects.filter(Q(procedure_code="") | Q(procedure_code=procedure_code), person=person_id)
    return {row.kind: row.reason for row in rows.filter(until=None).order_by("pk")}


@transaction.atomic(savepoint=False)
def object_to(
    *, person_id: int, kind: str = "", procedure_code: str = "", reason: str, case_reference: str = "", actor: Actor
) -> Objection:
    """The person's data of this kind are no longer looked up; said twice it is one objection."""
    row, _new = Objection.objects.get_or_create(
        person_id=person_id,
        kind=kind,
        procedure_code=procedure_code,
        until=None,
        defaults={"reason": reason, "case_reference": case_reference},
    )
    record("interoperability.objection_kept", actor=actor, target=row, subject=person_id, object_ref=kind)
    return row


@transaction.atomic(savepoint=False)
def take_back(*, objection: Objection, actor: Actor) -> None:
    """From now on it may be looked up again; only she who objected says so, or a clerk for her. In its town, once."""
    if end(objection, actor):
        record(
            "interoperability.objection_ended",
            actor=actor,
            target=objection,
            subject=objection.person_id,
            object_ref=objection.kind,
        )

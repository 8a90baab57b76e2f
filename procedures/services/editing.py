"""What the operator of the province changes in the catalogue."""

from django.db import transaction
from django.utils import timezone

from core.audit.services import Actor, record
from procedures.catalogue import publish_forms
from procedures.models import Procedure

from .searching import forget_search


@transaction.atomic(savepoint=False)
def publish(*, procedure: Procedure, actor: Actor) -> Procedure:
    """Make an edited procedure, its saved fields and documents the form of new drafts; those that are open keep theirs.

    From now on `load_catalogue` leaves this procedure as it is.
    """
    procedure.edited_at = timezone.now()
    procedure.save(update_fields=["edited_at"])
    publish_forms([procedure.pk])
    forget_search()
    record("procedures.published", actor=actor, target=procedure, object_ref=procedure.code)
    return procedure

"""What the operator of the province changes in the catalogue."""

from django.db import transaction
from django.utils import timezone

from core.audit.services import Actor, record
from procedures.catalogue import forget_definitions
from procedures.models import Procedure

from .searching import forget_search


@transaction.atomic(savepoint=False)
def publish(*, procedure: Procedure, actor: Actor) -> Procedure:
    """Show an edited procedure's texts from now on; `load_catalogue` leaves it as it is. Its form has its own desk."""
    procedure.edited_at = timezone.now()
    procedure.save(update_fields=["edited_at"])
    forget_definitions()
    forget_search()
    record("procedures.published", actor=actor, target=procedure, object_ref=procedure.code)
    return procedure

"""What a person has chosen: on paper or on the screen, where, and in which language."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from core.audit.services import Actor, record
from core.notifications.models import Preference


@transaction.atomic(savepoint=False)
def choose(*, person_id: int, case_reference: str, chosen: dict[str, Any], actor: Actor) -> Preference:
    """Keep what she asked for in the open town; what `chosen` does not name stays as it was."""
    values = {**chosen, "case_reference": case_reference, "chosen_at": timezone.now()}
    preference, _new = Preference.objects.update_or_create(person_id=person_id, defaults=values)
    data = {name: chosen[name] for name in ("channel", "language", "spoken") if name in chosen}
    record("notifications.chosen", actor=actor, target=preference, subject=person_id, data=data)
    return preference


def preference_of(person_id: int | None) -> Preference | None:
    """What she has chosen in the open town; one statement."""
    return Preference.objects.filter(person_id=person_id).first() if person_id else None

"""What a person has said of look-ups, an objection or a consent, holds until she takes it back."""

from django.http import Http404
from django.utils import timezone

from core.audit.services import Actor
from core.interoperability.models import Consent, Objection


def end(said: Objection | Consent, actor: Actor) -> bool:
    """Whether it held until now. Once, in its town's transaction; only she who said it, or a clerk for her."""
    if actor.is_citizen and actor.person_id != said.person_id:
        raise Http404("not hers")
    held = type(said).objects.select_for_update(of=("self",)).filter(pk=said.pk, until=None).first()
    if held is None:
        return False
    held.until = timezone.now()
    held.save(update_fields=["until"])
    return True

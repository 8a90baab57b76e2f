"""Fetch a power and authorise in one step."""

from django.http import Http404

from core.audit.services import Actor
from core.municipalities.scope import reading_own

from .models import Power


def get_power_for(actor: Actor, number: str) -> Power:
    """The power with this number that the actor granted or received, in any town; Http404 for anybody else's."""
    if not (actor.person_id and actor.proved):
        raise Http404
    with reading_own(actor.person_id):
        power = Power.objects.filter(number=number).first()
    if power is None:
        raise Http404
    return power

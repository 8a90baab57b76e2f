"""Fetch a power and authorise in one step."""

from django.http import Http404

from core.audit.services import Actor
from core.municipalities.scope import reading_own

from .models import Power
from .services import powers_of_company


def get_power_for(actor: Actor, number: str) -> Power:
    """The power with this number that the actor granted or received, or that was granted in the name of the company for
    which her certificate speaks, in any town; Http404 for anybody else's."""
    if not (actor.person_id and actor.proved):
        raise Http404
    with reading_own(actor.person_id):
        power = Power.objects.filter(number=number).first()
    power = power or next((one for one in powers_of_company(actor) if one.number == number), None)
    if power is None:
        raise Http404
    return power

"""Fetch a charge and authorise in one step: nobody holds one without having passed."""

from django.http import Http404

from core.audit.services import Actor
from core.municipalities.scope import acting_for, reading_own

from .models import Charge


def get_charge_for(actor: Actor, slug: str) -> Charge:
    """The charge of the open town, with its receipt; Http404 when it is another person's or another town's.

    One that belongs to no person (a report without a name) is paid by whoever has its address.
    """
    if not actor.municipality_id:
        raise Http404
    charge = None
    if actor.person_id:
        with reading_own(actor.person_id):
            charge = Charge.objects.filter(slug=slug, municipality_id=actor.municipality_id).first()
    if charge is None:
        with acting_for(actor.municipality_id):
            charge = Charge.objects.filter(slug=slug, person=None).first()
    if charge is None:
        raise Http404
    return charge

"""Fetch and authorise in one step; another town's row is not found before anybody asks for a role."""

from typing import Any

from django.http import Http404

from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.constants import Module
from core.municipalities.services import is_adopted

from .models import Booking
from .tokens import hash_of, opens

DESK = (Role.REGISTRAR, Role.HANDLER, Role.CENSUS_OFFICER, Role.TOWN_ADMINISTRATOR)


def require_desk(actor: Actor) -> None:
    """Whoever attends people, in a town with appointments: Http404 without the module, 403 without a role."""
    if not is_adopted(actor.municipality_id or 0, Module.APPOINTMENTS):
        raise Http404
    require(actor, *DESK)


def get_booking_for(actor: Actor, booking_id: int) -> Booking:
    found = _rows().filter(pk=booking_id).first()
    if found is None:
        raise Http404
    require_desk(actor)
    return found


def get_booking_by_token(token: str) -> Booking:
    """Of the open town; whoever holds the secret needs nothing else."""
    found = _rows().filter(token_hash=hash_of(token), service__isnull=False).first()
    if found is None or not opens(token, found):
        raise Http404
    return found


def _rows() -> Any:
    return Booking.objects.select_related("service", "desk__office")

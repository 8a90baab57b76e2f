"""Fetch and authorise in one step; another town's row is not found before anybody asks for a role."""

from django.http import Http404

from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.constants import Module
from core.municipalities.services import is_adopted

from .models import Dwelling, Resident


def require_officer(actor: Actor) -> None:
    """A census officer of a town that keeps its census here: Http404 without the module, 403 without the role."""
    if not is_adopted(actor.municipality_id or 0, Module.CENSUS):
        raise Http404
    require(actor, Role.CENSUS_OFFICER)


def get_resident_for(actor: Actor, resident_id: int) -> Resident:
    found: Resident | None = Resident.objects.filter(pk=resident_id).first()
    if found is None:
        raise Http404
    require_officer(actor)
    return found


def get_dwelling_for(actor: Actor, dwelling_id: int) -> Dwelling:
    found: Dwelling | None = Dwelling.objects.select_related("street").filter(pk=dwelling_id).first()
    if found is None:
        raise Http404
    require_officer(actor)
    return found

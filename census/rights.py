"""Fetch and authorise in one step; another town's row is not found before anybody asks for a role."""

from collections.abc import Iterable

from django.http import Http404

from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.constants import Module
from core.municipalities.services import is_adopted, terms

from .models import Dwelling, Resident

ADULT = 18


def require_officer(actor: Actor) -> None:
    """A census officer of a town that keeps its census here: Http404 without the module, 403 without the role."""
    if not is_adopted(actor.municipality_id or 0, Module.CENSUS):
        raise Http404
    require(actor, Role.CENSUS_OFFICER)


def may_see_household(resident: Resident, household: Iterable[Resident]) -> bool:
    """Whether she is told who lives with her: where every other one is a minor. Another adult's data need her consent,
    which a clerk checks (RGPD, art. 6)."""
    return not any(one != resident and _age(one) >= ADULT for one in household)


def _age(resident: Resident) -> int:
    today, born = terms.local_today(), resident.born_on
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


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

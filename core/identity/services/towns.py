"""What a town hall says about itself, and what the province says about it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.models import Municipality
from core.municipalities.services import DomainError, forget_towns

# a town's administrator changes these of her own town; the operator these and the rest, of every town
OWN_FIELDS = ("nif", "dir3", "search_aliases")
DECLINED = ("name_eu_ko", "name_eu_n", "name_eu_ra", "name_eu_tik")
PROVINCE_FIELDS = (
    "name_official", "name_eu", "name_es", *DECLINED, "hall_eu", "hall_es", "ine_code", "population", "population_year",
)  # fmt: skip


def may_change_rest(actor: Actor) -> bool:
    """Whether the actor is the province's operator, who alone changes names and numbers of towns."""
    return Role.OPERATOR in actor.roles


@transaction.atomic
def change_town(town: Municipality, *, changes: dict[str, Any], actor: Actor) -> Municipality:
    """Write these fields; DomainError where they are not the actor's to change, ValidationError where one is wrong."""
    require(actor, Role.TOWN_ADMINISTRATOR, Role.OPERATOR)
    operator = may_change_rest(actor)
    if not operator and (town.pk != actor.municipality_id or not changes.keys() <= {*OWN_FIELDS}):
        raise DomainError(_("Only the operator of the province changes this."))
    if not changes.keys() <= {*OWN_FIELDS, *PROVINCE_FIELDS}:
        raise DomainError(_("Only the operator of the province changes this."))
    held = Municipality.objects.select_for_update().get(pk=town.pk)
    for name, value in changes.items():
        setattr(held, name, value)
    held.full_clean()
    held.save(update_fields=[*changes])
    record("identity.town_changed", actor=actor, target=held, data={"fields": sorted(changes)})
    transaction.on_commit(forget_towns)
    return held

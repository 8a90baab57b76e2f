"""Reading powers: always through the person's own door, so that nobody learns who may act for her neighbour."""

from dataclasses import dataclass

from django.utils import timezone

from core.audit.services import Actor
from core.identity.models import PersonIdentifier
from core.identity.services import Represented
from core.municipalities.scope import reading_own
from core.representation.constants import PowerState
from core.representation.models import Power


@dataclass(frozen=True)
class PowersOf:
    """A person's powers in every town, newest first."""

    granted: list[Power]  # who may act for her, or for the company in whose name she granted
    received: list[Power]  # for whom she may act


def powers_of(person_id: int) -> PowersOf:
    """All of them, those that have ended too. Four statements."""
    with reading_own(person_id):
        powers, hers = list(Power.objects.select_related("municipality")), _numbers(person_id)
    # a parent grants to herself: such a one is received, not granted
    received = [one for one in powers if one.agent_identifier in hers]
    return PowersOf([one for one in powers if one.agent_identifier not in hers], received)


def _numbers(person_id: int) -> set[str]:
    held = PersonIdentifier.objects.filter(person=person_id, kind__in=("nif", "nie"), valid_to=None)
    return set(held.values_list("value", flat=True))


def powers_for(actor: Actor, procedure_code: str, *, town_id: int) -> list[Power]:
    """The powers in force by which the actor may file this procedure for somebody else; none for an unproved one.

    Four statements, and only for whoever says that she acts for another.
    """
    if not (actor.proved and actor.person_id):
        return []
    today = timezone.localdate()
    with reading_own(actor.person_id):
        in_force = Power.objects.filter(
            agent_identifier__in=_numbers(actor.person_id),
            state=PowerState.ACCEPTED,
            valid_from__lte=today,
            valid_to__gte=today,
        )
        return [one for one in in_force if one.covers(procedure_code, town_id=town_id)]


def by_certificate(actor: Actor) -> Represented | None:
    """The legal person for which the certificate of this session speaks (Ley 39/2015, art. 5.1)."""
    told = actor.evidence.get("represents")
    return Represented(told["nif"], told["name"]) if told else None

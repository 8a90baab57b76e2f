"""Reading powers: always through the person's own door, so that nobody learns who may act for her neighbour."""

from dataclasses import dataclass

from django.utils import timezone

from core.audit.services import Actor
from core.identity.constants import PersonKind
from core.identity.models import PersonIdentifier
from core.identity.services import Represented, normalise
from core.municipalities.scope import reading_own, whole_province
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


def powers_of_company(actor: Actor) -> list[Power]:
    """What was granted, in every town, in the name of the legal person for which the session's certificate speaks.

    The wall knows persons and not certificates, so it is read by the province's door, which writes down why.
    """
    company = by_certificate(actor)
    if company is None or not actor.proved:
        return []
    with whole_province(f"powers of {company.nif}, for the certificate that speaks for it"):
        granted = Power.objects.select_related("municipality", "granted_by").exclude(grantor_kind=PersonKind.NATURAL)
        return list(granted.filter(grantor_identifier=normalise(company.nif)))


def by_certificate(actor: Actor) -> Represented | None:
    """The legal person for which the certificate of this session speaks (Ley 39/2015, art. 5.1)."""
    told = actor.evidence.get("represents")
    return Represented(told["nif"], told["name"]) if told else None

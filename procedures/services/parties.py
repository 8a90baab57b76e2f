"""Who a request is of: the rows of its parties, from what was proved or typed."""

from dataclasses import dataclass
from typing import Any

from case_files.constants import Capacity
from case_files.models import CaseParty
from core.audit.services import Actor
from core.identity.models import PersonIdentifier
from core.payments.services import Assessment
from procedures.catalogue import Definition
from procedures.constants import AppliesAs
from procedures.forms.cleaning import parse_identifier
from procedures.models import Draft, TownProcedure
from procedures.steps import Journey

from .completing import Filled


@dataclass
class Sending:
    """A draft on its way: all that the rows of a request are made of."""

    draft: Draft
    journey: Journey
    definition: Definition
    offer: TownProcedure
    filled: Filled
    actor: Actor
    fee: Assessment

    @property
    def language(self) -> str:
        return self.filled.applicant.language


def parties_of(sending: Sending) -> list[CaseParty]:
    """The applicant first; where she acts for another, that one is the applicant and she the representative.

    A report without a name, a document or an address of any kind has no party.
    """
    told, actor = sending.filled.applicant, sending.actor
    contact = {
        "email": told.email,
        "phone": told.phone,
        "address": told.address,
        "channel": told.channel,
        "language": told.language,
    }
    herself = CaseParty(person_id=actor.person_id, **_identity(sending), **contact)
    if told.applies_as == AppliesAs.SELF:
        herself.capacity = Capacity.APPLICANT
        known = actor.person_id or herself.name or herself.identifier or herself.email or herself.phone
        return [herself] if known else []
    kind, number = parse_identifier(told.represented_identifier)
    applicant = CaseParty(
        capacity=Capacity.APPLICANT,
        name=told.represented_name,
        identifier_kind=kind,
        identifier=number,
        channel=told.channel,
        language=told.language,
    )
    herself.capacity, herself.represents = Capacity.REPRESENTATIVE, applicant
    return [applicant, herself]


def _identity(sending: Sending) -> dict[str, str]:
    """Name and document: those that were proved, else those that were typed, which are a claim and open nothing."""
    told, actor = sending.filled.applicant, sending.actor
    if actor.proved and actor.person_id:
        proved = (
            PersonIdentifier.objects.filter(person=actor.person_id, valid_to=None)
            .select_related("person")
            .order_by("pk")
            .first()
        )
        if proved:
            return {"name": str(proved.person), "identifier_kind": proved.kind, "identifier": proved.value}
        return {"name": actor.name}
    if not told.identifier:
        return {"name": told.name}
    kind, number = parse_identifier(told.identifier)
    return {"name": told.name, "identifier_kind": kind, "identifier": number}


def as_filed(parties: list[CaseParty]) -> dict[str, Any]:
    """The interested party as the book keeps it."""
    if not parties:
        return {}
    filed: dict[str, Any] = {
        "name": parties[0].name,
        "identifier_kind": parties[0].identifier_kind,
        "identifier": parties[0].identifier,
    }
    if len(parties) > 1:
        filed["representative"] = as_filed(parties[1:])
    return filed

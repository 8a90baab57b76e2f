"""Who a request is of: the rows of its parties, from what was proved or typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from case_files.constants import BY_CERTIFICATE, Capacity
from case_files.models import CaseParty
from core.audit.services import Actor
from core.identity.constants import PersonKind
from core.identity.models import PersonIdentifier
from core.identity.services import normalise
from core.municipalities.services import DomainError
from core.payments.services import Assessment
from core.representation.constants import Basis
from core.representation.services import by_certificate, hold_in_force
from procedures.automatic import CLERK, for_companies
from procedures.catalogue import Definition
from procedures.constants import AppliesAs
from procedures.forms.cleaning import parse_identifier
from procedures.models import Draft
from procedures.steps import Journey

from .completing import Filled
from .towns import Offer

PARTY_KEYS = ("name", "identifier_kind", "identifier")


@dataclass
class Sending:
    """A draft on its way: all that the rows of a request are made of."""

    draft: Draft
    journey: Journey
    definition: Definition
    offer: Offer
    filled: Filled
    actor: Actor
    fee: Assessment
    shown: str  # the fingerprint of what is sent; see .evidence
    client: Sequence[str] = ()  # of `device_of`: whom a limit is counted against where nobody gives a name

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
    represented, herself.power, herself.valid_to = _represented(sending)
    applicant = CaseParty(capacity=Capacity.APPLICANT, channel=told.channel, language=told.language, **represented)
    herself.capacity, herself.represents = Capacity.REPRESENTATIVE, applicant
    return [applicant, herself]


def require_company(sending: Sending) -> None:
    """DomainError with code `clerk` where what is answered at once can't be answered to the company for which she
    acts: nothing proves that she may, or only persons are answered."""
    if sending.filled.applicant.applies_as != AppliesAs.COMPANY:
        return
    if sending.definition.code not in for_companies:
        raise DomainError(_("It is asked for a company, which is not answered at once: answer it."), code=CLERK)
    if not _represented(sending)[1]:
        raise DomainError(_("Nothing proves that the applicant acts for this company: see that she may."), code=CLERK)


def _represented(sending: Sending) -> tuple[dict[str, Any], str, date | None]:
    """Whom she acts for, what says that she may (a power's number, `certificate`, or nothing but her own word), and
    until when.

    The person of a power that she granted herself reads the file, for her identity is proved; DomainError where the
    power has ended meanwhile.
    """
    told = sending.filled.applicant
    if told.represented_power:
        power = next((one for one in sending.journey.powers if one.number == told.represented_power), None)
        # it can't be taken back between here and the commit: its end reaches every file of it
        if power is None or not hold_in_force(power):
            raise DomainError(_("The power by which you act is no longer in force. Choose again whom you act for."))
        own = power.grantor_kind == PersonKind.NATURAL and power.basis in (Basis.POWER, Basis.PROFESSIONAL)
        return (
            {
                "name": power.grantor_name,
                "identifier_kind": power.grantor_identifier_kind,
                "identifier": power.grantor_identifier,
                "person_id": power.granted_by_id if own else None,
            },
            power.number,
            power.valid_to,
        )
    kind, number = parse_identifier(told.represented_identifier)
    company = by_certificate(sending.actor)
    proved = company is not None and normalise(company.nif) == number
    typed = {"name": told.represented_name, "identifier_kind": kind, "identifier": number}
    return typed, BY_CERTIFICATE if proved else "", None


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


def together_with(sending: Sending) -> dict[str, Any]:
    """Those whom she named as applying with her, as the book keeps them; nothing where she applies alone."""
    others = [{key: one[key] for key in PARTY_KEYS} for one in sending.filled.applicant.others]
    return {"together_with": others} if others else {}


def as_filed(parties: list[CaseParty]) -> dict[str, Any]:
    """The interested party as the book keeps it."""
    if not parties:
        return {}
    filed: dict[str, Any] = {key: getattr(parties[0], key) for key in PARTY_KEYS}
    if len(parties) > 1:
        filed["representative"] = as_filed(parties[1:])
    return filed

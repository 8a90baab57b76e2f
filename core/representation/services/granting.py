"""Granting a power: on line with a certificate, or before a clerk (apud acta; Ley 39/2015, art. 6.5)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.constants import Level
from core.audit.services import Actor, record
from core.documents.models import Document
from core.identity.constants import IdentifierKind, PersonKind, Role
from core.identity.models import Person
from core.identity.rights import require
from core.identity.services import find_person, is_number_of_entity, kind_of_number, normalise
from core.municipalities.services import DomainError
from core.representation.constants import YEARS, Basis, Evidence, PowerState, Scope
from core.representation.models import Power

from .telling import tell_agent

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Grantor:
    """Who is represented, and the person whose proved will it is; a child may have no number."""

    person: Person
    name: str
    identifier: str = ""
    kind: str = PersonKind.NATURAL

    @property
    def identifier_kind(self) -> str:
        if is_number_of_entity(self.identifier):
            return IdentifierKind.NIF
        kind = kind_of_number(self.identifier) if self.identifier else ""
        return kind or (IdentifierKind.OTHER if self.identifier else "")


@transaction.atomic(savepoint=False)
def grant(
    *,
    grantor: Grantor,
    agent_name: str,
    agent_identifier: str,
    valid_to: date,
    scope: Scope = Scope.TOWN,
    procedures: Sequence[str] = (),
    basis: Basis = Basis.POWER,
    valid_from: date | None = None,
    proof: Document | None = None,
    accepted: bool = False,
    case_reference: str = "",
    actor: Actor,
) -> Power:
    """Write a power down in the open town; it is in force once the representative has accepted it.

    `accepted`: a clerk has the representative before her too, or it is the law that makes her one (a parent).
    DomainError names the field that is wrong: agent_identifier, valid_to, procedures, proof.
    """
    evidence = _evidence(actor, proof)
    number = normalise(agent_identifier)
    if kind_of_number(number) is None:
        raise DomainError(_("This number is not right: look at its letter again."), field="agent_identifier")
    if number == normalise(grantor.identifier):
        raise DomainError(_("Nobody represents herself: write somebody else's number."), field="agent_identifier")
    begins = valid_from or timezone.localdate()
    check_days(begins, valid_to)
    if scope == Scope.PROCEDURES and not procedures:
        raise DomainError(_("Say for which procedures it is."), field="procedures")
    accepted = accepted and actor.is_clerk
    power = Power.objects.create(
        number="PW-" + "".join(secrets.choice(_ALPHABET) for _place in range(8)),
        basis=basis,
        scope=scope,
        procedures=sorted(procedures) if scope == Scope.PROCEDURES else [],
        grantor_kind=grantor.kind,
        grantor_name=grantor.name,
        grantor_identifier_kind=grantor.identifier_kind,
        grantor_identifier=normalise(grantor.identifier),
        granted_by=grantor.person,
        agent_name=agent_name.strip()[:200],
        agent_identifier=number,
        valid_from=begins,
        valid_to=valid_to,
        evidence=evidence,
        proof=proof,
        case_reference=case_reference,
        state=PowerState.ACCEPTED if accepted else PowerState.PROPOSED,
        accepted_at=timezone.now() if accepted else None,
    )
    record("representation.granted", actor=actor, target=power, subject=grantor.person.pk, data={"basis": basis})
    agent = find_person(kind_of_number(number) or "", number)
    if agent and agent.pk != grantor.person.pk:
        record("representation.named", actor=actor, target=power, subject=agent.pk)
        tell_agent(power, agent, actor=actor)
    return power


def _evidence(actor: Actor, proof: Document | None) -> Evidence:
    if actor.is_clerk:
        require(actor, Role.REGISTRAR)
        return Evidence.DOCUMENT if proof else Evidence.DESK
    if actor.level < Level.CERTIFICATE or not actor.proved:
        raise DomainError(_("Identify yourself with a certificate or BakQ to grant a power."), code="level")
    return Evidence.WEB


def check_days(begins: date, ends: date) -> None:
    """DomainError where a power would end before it begins, or last more than five years from date to date."""
    try:
        last = begins.replace(year=begins.year + YEARS)
    except ValueError:  # granted on a 29 February
        last = begins.replace(year=begins.year + YEARS, day=28)
    if ends < max(begins, timezone.localdate()):
        raise DomainError(_("The last day of the power has passed already."), field="valid_to")
    if ends > last:
        raise DomainError(_("A power lasts five years at most."), field="valid_to")


def revoke_by_number(*, number: str, actor: Actor) -> Power:
    """What REG-014 asks for: the power of the open town with this number, which is the actor's to revoke.

    DomainError with code `unknown`, the same for another's and for none: a number says nothing to a stranger.
    """
    from .answering import may_revoke, revoke

    found = Power.objects.filter(number=number.strip().upper()).first()
    if found is None or not may_revoke(found, actor):
        raise DomainError(
            _("You granted no power with this number in this town hall. Your powers are on the page of your account."),
            code="unknown",
        )
    return revoke(found, actor=actor)

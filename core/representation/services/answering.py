"""What becomes of a power: the representative accepts, refuses or gives it up; who granted it takes it back."""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.constants import Level
from core.audit.services import SYSTEM, Actor, record
from core.documents.models import Document
from core.identity.constants import PersonKind, Role
from core.identity.models import PersonIdentifier
from core.identity.rights import require
from core.identity.services import normalise
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.representation.constants import PowerState
from core.representation.models import Power

from .finding import by_certificate
from .telling import tell_grantor, tell_it_ended

EndedHook = Callable[[Power, Actor], None]
_ended_hooks: list[EndedHook] = []


def on_power_ended(hook: EndedHook) -> EndedHook:
    """Call `hook(power, actor)`, in its transaction and in the power's town, when one that was in force is revoked,
    given up, or has passed its last day: whoever acted by it acts no more."""
    _ended_hooks.append(hook)
    return hook


def accept(power: Power, *, actor: Actor) -> Power:
    """The representative takes it on: from now on she may file for the other."""
    return _answer(power, PowerState.ACCEPTED, (PowerState.PROPOSED,), actor=actor)


def refuse(power: Power, *, actor: Actor) -> Power:
    return _answer(power, PowerState.REFUSED, (PowerState.PROPOSED,), actor=actor)


def renounce(power: Power, *, actor: Actor) -> Power:
    """The representative no longer wants it (Ley 39/2015, art. 6.6)."""
    return _answer(power, PowerState.RENOUNCED, (PowerState.ACCEPTED,), actor=actor)


@transaction.atomic
def revoke(power: Power, *, actor: Actor) -> Power:
    """Who granted it takes it back, at once and without saying why; so does whoever's certificate speaks for the
    company in whose name it was granted."""
    with acting_for(power.municipality_id or 0):
        power = _locked(power)
        if not may_revoke(power, actor):
            raise DomainError(_("Only who granted a power revokes it."))
        _check_level(actor)
        return _revoke(power, actor=actor)


@transaction.atomic
def revoke_at_desk(power: Power, *, why: str, proof: Document | None = None, actor: Actor) -> Power:
    """A registrar ends a power of her town: who asks for it, and by what she may, stays in the register.

    DomainError names the field that is wrong: why, proof. A company's takes a paper that proves who speaks for it.
    """
    require(actor, Role.REGISTRAR)
    power = _locked(power)
    if not why.strip():
        raise DomainError(_("Say who asks for it and why: it stays in the register."), field="why")
    if power.grantor_kind != PersonKind.NATURAL and proof is None:
        raise DomainError(_("Attach what proves that this person may act for the company."), field="proof")
    power.ended_why, power.ended_proof = why.strip()[:300], proof
    return _revoke(power, actor=actor)


def may_revoke(power: Power, actor: Actor) -> bool:
    """Whether it is hers: she granted it, or her certificate speaks for the company that did."""
    company = by_certificate(actor)
    speaks = company is not None and normalise(company.nif) == power.grantor_identifier
    return actor.person_id == power.granted_by_id or (speaks and power.grantor_kind != PersonKind.NATURAL)


def _revoke(power: Power, *, actor: Actor) -> Power:
    _check(power, (PowerState.PROPOSED, PowerState.ACCEPTED))
    was_in_force = power.state == PowerState.ACCEPTED
    _end(power, PowerState.REVOKED)
    record("representation.revoked", actor=actor, target=power, subject=power.granted_by_id, reason=power.ended_why)
    tell_it_ended(power, actor=actor)
    if was_in_force:
        _call_hooks(power, actor)
    return power


def expire_due(municipality_id: int, today: date) -> int:
    """The town's powers in force whose last day is before `today`, each noted once; how many. Each in a transaction of
    its own, for it holds the files and the notifications of one power.

    They are worth nothing from the first hour of that day, whether anybody has noted it or not.
    """
    over = Power.objects.filter(state=PowerState.ACCEPTED, valid_to__lt=today, ended_at=None).order_by("pk")
    with acting_for(municipality_id):
        due = list(over.values_list("pk", flat=True))
    ended = 0
    for pk in due:
        with acting_for(municipality_id):
            power = over.filter(pk=pk).select_for_update(of=("self",), skip_locked=True).first()
            if power is not None:
                _end(power, PowerState.ACCEPTED)
                record("representation.expired", actor=SYSTEM, target=power, subject=power.granted_by_id)
                _call_hooks(power, SYSTEM)
                ended += 1
    return ended


def hold_in_force(power: Power) -> bool:
    """Whether it is in force, in its own town; nobody ends it before this transaction is over."""
    with acting_for(power.municipality_id or 0):
        return _locked(power).is_in_force()


def _call_hooks(power: Power, actor: Actor) -> None:
    for hook in _ended_hooks:
        hook(power, actor)


@transaction.atomic
def _answer(power: Power, state: PowerState, before: tuple[PowerState, ...], *, actor: Actor) -> Power:
    with acting_for(power.municipality_id or 0):
        power = _locked(power)
        hers = PersonIdentifier.objects.filter(
            person=actor.person_id, value=power.agent_identifier, kind__in=("nif", "nie"), valid_to=None
        )
        if not (actor.proved and hers.exists()):
            raise DomainError(_("Only the representative answers to a power."))
        _check_level(actor)
        _check(power, before)
        if state == PowerState.ACCEPTED:
            power.state, power.accepted_at = state, timezone.now()
            power.save(update_fields=["state", "accepted_at"])
        else:
            _end(power, state)
        record(f"representation.{state}", actor=actor, target=power, subject=power.granted_by_id)
        tell_grantor(power, actor=actor)
        if state == PowerState.RENOUNCED:
            _call_hooks(power, actor)
    return power


def _locked(power: Power) -> Power:
    return Power.objects.select_for_update(of=("self",)).get(pk=power.pk)


def _check_level(actor: Actor) -> None:
    if actor.level < Level.CERTIFICATE:
        raise DomainError(_("Identify yourself with a certificate or BakQ to do this."), code="level")


def _check(power: Power, before: tuple[PowerState, ...]) -> None:
    if power.state not in before or not power.is_live:
        raise DomainError(_("This power is no longer in that state: look at the list again."), code="state")


def _end(power: Power, state: PowerState) -> None:
    power.state, power.ended_at = state, timezone.now()
    power.save(update_fields=["state", "ended_at", "ended_why", "ended_proof"])

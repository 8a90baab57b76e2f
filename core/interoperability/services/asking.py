"""Looking up: one question about one person, for one case file, with its reason and what came of it."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.constants import ActorKind
from core.audit.services import Actor, record, record_reading
from core.identity.models import Person
from core.interoperability.answers import (
    Answer,
    Refused,
    answer_here,
    can_be_asked,
    find_gateway,
    is_answered_here,
)
from core.interoperability.constants import IDENTITY, Basis, LookupState, all_kinds
from core.interoperability.models import Consent, DataLookup, Objection
from core.municipalities.services import DomainError

from .consenting import has_consented
from .objecting import objected_kinds

ART_28 = "Ley 39/2015, art. 28.2"


@transaction.atomic(savepoint=False)
def look_up(
    *,
    kind: str,
    person: Person,
    case_reference: str,
    procedure_code: str,
    purpose: str,
    legal_basis: str = "",
    objection: str | None = None,
    actor: Actor,
) -> DataLookup:
    """Ask for one thing about one person. What a room of this house holds is answered at once; what another
    administration holds is left as asked, for `ask_outside`, which no page waits for.

    Asked again for the same file it answers with the first, but for one that failed. An `objection` to this case
    file's look-up (its reason, may be empty) or one in general leaves a row that says so, and nobody is asked; so does
    a consent that is lacking, of the kinds that need one. Only a proved identity is asked about. The person sees who
    looked, and why, and by which law: `legal_basis`, else the kind's own.

    DomainError with code `nobody` where nothing answers this kind.
    """
    if not can_be_asked(kind):
        raise DomainError(_("Nobody can be asked for this."), code="nobody")
    known = DataLookup.objects.filter(case_reference=case_reference, kind=kind, person=person).first()
    if known is not None and known.state != LookupState.FAILED:
        return known
    lookup = known or DataLookup(kind=kind, person=person, case_reference=case_reference)
    about = all_kinds()[kind]
    lookup.procedure_code, lookup.purpose = procedure_code, purpose[:250]
    lookup.legal_basis, lookup.basis = legal_basis or about.law or ART_28, about.basis
    lookup.asked_by_id, lookup.asked_at = actor.user_id, timezone.now()
    lookup.state, lookup.failure = LookupState.ASKED, ""
    reason = objection if objection is not None else _general_objection(kind, person, procedure_code)
    if reason is not None:
        lookup.state, lookup.failure = LookupState.OBJECTED, reason[:300]
        lookup.save()
        record("interoperability.objected", actor=actor, target=lookup, subject=person.pk)
        return lookup
    if _lacks_consent(lookup):
        lookup.state, lookup.failure = LookupState.FAILED, _("The person has not consented, or has taken it back.")
    elif not person.is_proved:
        lookup.state, lookup.failure = LookupState.FAILED, _("The person has not proved who she or he is.")
    elif is_answered_here(kind) and (found := answer_here(kind, person)):
        _answered(lookup, found)
    elif kind != IDENTITY and is_answered_here(kind):
        lookup.state, lookup.failure = LookupState.FAILED, _("The person is not known there.")
    else:
        lookup.request_id = secrets.token_hex(13)
    lookup.save()
    record_reading(
        "interoperability", actor=_as_the_town(actor), target=lookup, subject=person.pk, reason=_why(lookup),
        data={"kind": kind, "source": lookup.source},
    )  # fmt: skip
    return lookup


def _lacks_consent(lookup: DataLookup) -> bool:
    return lookup.basis == Basis.CONSENT and not has_consented(
        kind=lookup.kind, person_id=lookup.person_id, case_reference=lookup.case_reference
    )


def _as_the_town(actor: Actor) -> Actor:
    """What a citizen's own request causes is the town's reading: she is to see it among the others."""
    if actor.kind != ActorKind.CITIZEN:
        return actor
    return Actor(kind=ActorKind.SYSTEM, channel=actor.channel, name="BiscayTIK", municipality_id=actor.municipality_id)


def _why(lookup: DataLookup) -> str:
    return f"{lookup.case_reference} · {lookup.purpose}"[:300]


def _general_objection(kind: str, person: Person, procedure_code: str) -> str | None:
    found = objected_kinds(person.pk, procedure_code)
    return found.get(kind, found.get(""))


def _answered(lookup: DataLookup, answer: Answer) -> None:
    lookup.state, lookup.answered_at = LookupState.ANSWERED, timezone.now()
    lookup.holds, lookup.source = answer.holds, answer.source[:120]
    lookup.facts = {code[:60]: str(value)[:200] for code, value in list(answer.facts.items())[:12]}


@transaction.atomic(savepoint=False)
def ask_outside(lookup_id: int) -> DataLookup:
    """Have another administration answer what was left as asked; a worker calls it, and it may run twice.

    Away where it is to be tried again. A refusal is an answer: the look-up has failed, and the citizen is asked.
    """
    lookup: DataLookup = DataLookup.objects.select_for_update(of=("self",)).select_related("person").get(pk=lookup_id)
    if lookup.state != LookupState.ASKED:
        return lookup
    if _lacks_consent(lookup):  # taken back since
        return _fail(lookup, _("The person has not consented, or has taken it back."))
    gateway = find_gateway()
    if gateway is None:
        return _fail(lookup, _("No other administration can be asked from here."))
    try:
        _answered(lookup, gateway.ask(lookup, lookup.person))
    except Refused as refusal:
        return _fail(lookup, str(refusal))
    lookup.save()
    return lookup


def fail(lookup_id: int, reason: str) -> None:
    """Nobody answered, however often it was tried."""
    lookup = DataLookup.objects.get(pk=lookup_id)
    if lookup.state == LookupState.ASKED:
        _fail(lookup, reason)


def _fail(lookup: DataLookup, reason: str) -> DataLookup:
    lookup.state, lookup.failure = LookupState.FAILED, reason[:300]
    lookup.save()
    return lookup


def lookups_of(case_reference: str) -> list[DataLookup]:
    """What was looked up for a case file, the oldest first."""
    return list(DataLookup.objects.filter(case_reference=case_reference).order_by("pk"))


def follow_person(provisional: int, person: int) -> None:
    """A provisional person turned out to be this one."""
    DataLookup.objects.filter(person_id=provisional).update(person_id=person)
    Objection.objects.filter(person_id=provisional).update(person_id=person)
    Consent.objects.filter(person_id=provisional).update(person_id=person)

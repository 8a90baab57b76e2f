"""The proof of who is who, and what becomes of the provisional person who filed before it."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.identity.constants import IdentifierKind, ProofMethod, Role
from core.identity.models import IdentityProof, Person, PersonIdentifier, User
from core.identity.rights import require
from core.municipalities.scope import whole_province
from core.municipalities.services import DomainError

from .persons import ProvedIdentity, checked, find_person, lock_number

# each gets (provisional person's id, person's id) behind the province's door, and moves its room's rows
_merge_hooks: list[Callable[[int, int], None]] = []


def on_persons_merged(move: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Register a room's function that gives the provisional person's rows to the person; usable as a decorator."""
    _merge_hooks.append(move)
    return move


@transaction.atomic
def prove(
    user: User, *, identity: ProvedIdentity, method: ProofMethod, evidence: dict[str, Any], actor: Actor
) -> Person:
    """The owner of the account has proved who she is; her provisional person becomes, or merges into, that person.

    Raises DomainError where the account is somebody else's already, or that somebody has an account already: nobody
    is ever replaced, and no account taken over.
    """
    identity = checked(identity)
    user = User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user.pk)
    lock_number(identity)
    holder = find_person(identity.kind, identity.value, identity.country)
    _refuse_conflicts(user, holder)
    provisional = user.person
    if holder is None:
        holder = _make_proved(provisional, identity, method)
    if user.person_id != holder.pk:
        User.objects.filter(person=holder, is_active=False).update(person=None)
        user.person = holder
    user.name = user.name or str(holder)
    user.save(update_fields=["person", "name"])
    if provisional and provisional.pk != holder.pk:
        _merge(provisional, holder, actor=actor)
    _note(holder, user, method, evidence, actor)
    return holder


def _refuse_conflicts(user: User, holder: Person | None) -> None:
    if user.person and user.person.is_proved and user.person != holder:
        raise DomainError(
            _(
                "This account belongs to %(name)s, who has proved who she or he is. Sign out and use an account of "
                "your own; if your number has changed, come to the desk with both documents."
            )
            % {"name": user.person}
        )
    other = User.objects.filter(person=holder, is_active=True).exclude(pk=user.pk).first() if holder else None
    if other:
        raise DomainError(
            _(
                "You already have an account, with the address %(email)s. Sign out and sign in with your certificate "
                "or Giltza: it opens that account."
            )
            % {"email": masked(other.email)}
        )


def masked(email: str) -> str:
    """The address so that only its owner recognises it: a···e@example.eus."""
    name, _at, host = email.partition("@")
    return f"{name[0]}···{name[-1]}@{host}"


def _make_proved(person: Person | None, identity: ProvedIdentity, method: ProofMethod) -> Person:
    person = person or Person()
    person.given_name, person.surname1, person.surname2 = identity.given_name, identity.surname1, identity.surname2
    person.proved_at, person.proved_by = timezone.now(), method
    person.save()
    PersonIdentifier.objects.create(person=person, kind=identity.kind, value=identity.value, country=identity.country)
    return person


def _note(person: Person, user: User | None, method: ProofMethod, evidence: dict[str, Any], actor: Actor) -> None:
    desk = method == ProofMethod.DESK
    IdentityProof.objects.create(
        person=person,
        user=user,
        method=method,
        municipality_id=actor.municipality_id if desk else None,
        clerk_id=actor.user_id if desk else None,
        evidence=evidence,
    )
    # a proof at the desk is the town's work; one by certificate is nobody's business but hers
    where = {} if desk else {"municipality_id": None}
    record("identity.proved", actor=actor, target=person, subject=person.pk, data={"method": method}, **where)


def _merge(provisional: Person, person: Person, *, actor: Actor) -> None:
    """Rows that may change move; those that are only added keep the provisional person, through whom she reads them."""
    provisional.merged_into = person
    provisional.save(update_fields=["merged_into"])
    with whole_province(f"merge of provisional person {provisional.pk} into {person.pk}"):
        Person.objects.filter(merged_into=provisional).update(merged_into=person)
        for move in _merge_hooks:
            move(provisional.pk, person.pk)
        record(
            "identity.merged",
            actor=actor,
            target=person,
            subject=person.pk,
            municipality_id=None,
            data={"provisional": provisional.pk},
        )


@transaction.atomic
def prove_at_desk(who: User | Person, *, identity: ProvedIdentity, document: str, actor: Actor) -> Person:
    """A clerk has seen the document of somebody who stands before her; `document` says which one it was.

    `who`: the account that its owner let be linked, or a person without one.
    """
    require(actor, Role.REGISTRAR, Role.CENSUS_OFFICER)
    if actor.user_id is not None and isinstance(who, User) and who.pk == actor.user_id:
        raise DomainError(_("Nobody proves her own identity: ask a colleague."))
    evidence = {"document": document, "clerk": actor.name}
    if isinstance(who, User):
        return prove(who, identity=identity, method=ProofMethod.DESK, evidence=evidence, actor=actor)
    identity = checked(identity)
    lock_number(identity)
    holder = find_person(identity.kind, identity.value, identity.country)
    if holder and who.pk and holder.pk != who.pk:
        raise DomainError(_("Somebody else holds this number already."), field="identifier")
    person = holder or _make_proved(who, identity, ProofMethod.DESK)
    _note(person, None, ProofMethod.DESK, evidence, actor)
    return person


def person_for_desk(*, identity: ProvedIdentity, document: str, actor: Actor) -> Person:
    """The person with this number, made now where there is none, whose document the clerk has in her hand."""
    return prove_at_desk(Person(), identity=identity, document=document, actor=actor)


@transaction.atomic
def add_identifier(person: Person, *, kind: IdentifierKind, value: str, document: str, actor: Actor) -> None:
    """A proved person got a new number (a NIE became a NIF, a passport was renewed); the old one ends today."""
    require(actor, Role.REGISTRAR, Role.CENSUS_OFFICER)
    new = checked(ProvedIdentity(kind, value, person.given_name, person.surname1, person.surname2))
    lock_number(new)
    holder = find_person(new.kind, new.value)
    if holder:
        raise DomainError(_("Somebody else holds this number already."), field="identifier")
    ended = person.identifiers.filter(valid_to=None)
    if new.kind != IdentifierKind.PASSPORT:
        ended = ended.filter(kind__in=[IdentifierKind.NIF, IdentifierKind.NIE])
    else:
        ended = ended.filter(kind=IdentifierKind.PASSPORT)
    ended.update(valid_to=timezone.localdate())
    PersonIdentifier.objects.create(person=person, kind=new.kind, value=new.value)
    record("identity.identifier_added", actor=actor, target=person, subject=person.pk, data={"document": document})

"""Who works for which town, and which modules a town has."""

from collections.abc import Iterable
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.models import Membership, User
from core.identity.rights import require
from core.municipalities.constants import Module
from core.municipalities.models import ModuleAdoption, Municipality, Unit
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError, find_town, forget_towns


def find_colleague(email: str) -> User:
    """The account with this verified address; DomainError where there is none."""
    verified = EmailAddress.objects.filter(email__iexact=email.strip(), verified=True, user__is_active=True)
    address = verified.select_related("user").first()
    if address is None:
        raise DomainError(
            _("No account has this address. Ask her or him to create one on this site first."), field="email"
        )
    return address.user


@transaction.atomic
def give_role(
    *,
    user: User,
    role: Role,
    unit: Unit | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    substitutes: User | None = None,
    actor: Actor,
) -> Membership:
    """A clerk gets a role in the actor's town. Nobody but an operator makes operators, and only in the county."""
    require(actor, Role.TOWN_ADMINISTRATOR, Role.OPERATOR)
    assert actor.municipality_id is not None
    county = find_town(actor.municipality_id).municipality.is_county
    if role == Role.OPERATOR and not (county and Role.OPERATOR in actor.roles):
        raise DomainError(_("Only an operator of the province can name another."), field="role")
    membership = Membership(
        user=user,
        role=role,
        unit=unit,
        valid_from=valid_from or timezone.localdate(),
        valid_to=valid_to,
        substitutes=substitutes,
        municipality_id=actor.municipality_id,
    )
    membership.full_clean()
    membership.save()
    record("identity.role_given", actor=actor, target=membership, data={"role": role})
    return membership


@transaction.atomic
def end_role(membership: Membership, *, last_day: date, actor: Actor) -> Membership:
    """The role ends; a town never stays without an administrator."""
    require(actor, Role.TOWN_ADMINISTRATOR, Role.OPERATOR)
    with connection.cursor() as cursor:  # two administrators who dismiss each other wait in line
        cursor.execute("SELECT pg_advisory_xact_lock(4816, %s)", [actor.municipality_id])
    if membership.role == Role.TOWN_ADMINISTRATOR:
        others = Membership.objects.filter(
            municipality=membership.municipality, role=Role.TOWN_ADMINISTRATOR, valid_to=None,
            valid_from__lte=last_day, user__is_active=True,
        ).exclude(pk=membership.pk)  # fmt: skip
        if not others.exists():
            raise DomainError(_("A town hall needs an administrator: name another one first."), field="valid_to")
    if last_day < membership.valid_from:
        raise DomainError(_("The last day is before the first."), field="valid_to")
    membership.valid_to = last_day
    membership.save(update_fields=["valid_to"])
    record("identity.role_ended", actor=actor, target=membership, data={"role": membership.role})
    return membership


@transaction.atomic
def give_first_administrator(*, town: Municipality, user: User, actor: Actor) -> Membership:
    """The operator names the administrator of a town that has none; who has one names her own."""
    require(actor, Role.OPERATOR)
    with acting_for(town.pk):
        held = Membership.objects.filter(
            municipality=town, role=Role.TOWN_ADMINISTRATOR, valid_to=None, user__is_active=True
        )
        if held.exists():
            raise DomainError(_("This town hall has an administrator already, who names the others."), field="email")
        membership = Membership.objects.create(user=user, role=Role.TOWN_ADMINISTRATOR)
        record("identity.role_given", actor=actor, target=membership, data={"role": Role.TOWN_ADMINISTRATOR})
    return membership


@transaction.atomic
def adopt_modules(*, town: Municipality, modules: Iterable[str], actor: Actor) -> None:
    """From today the town works with exactly these modules; one that ends keeps its rows."""
    require(actor, Role.OPERATOR)
    wanted, today = set(modules), timezone.localdate()
    with acting_for(town.pk):
        held = {adoption.module: adoption for adoption in ModuleAdoption.objects.filter(municipality=town)}
        for module in Module:
            adoption = held.get(module)
            is_on = adoption is not None and (adoption.until is None or adoption.until >= today)
            if (module in wanted) == is_on:
                continue
            if adoption is None:
                adoption = ModuleAdoption(module=module)
            elif module in wanted:
                adoption.since, adoption.until = min(adoption.since, today), None
            else:
                adoption.until = today - timedelta(days=1)
            adoption.save()
            code = "adopted" if module in wanted else "given_up"
            record(f"identity.module_{code}", actor=actor, target=adoption)
    forget_towns()

"""Who acts in this request."""

import re
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.audit.constants import ActorKind, Channel, Level
from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.models import Membership

LEVEL, EVIDENCE = "identity_level", "identity_evidence"  # in the session
_CLERKS_SITE = re.compile(r"^/[a-z]{2}/admin/")


def valid_memberships(user_id: int, municipality_id: int) -> QuerySet[Membership]:
    """The roles, substitutions among them, that an account holds in one town today."""
    today = timezone.localdate()
    return Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today),
        user_id=user_id,
        municipality_id=municipality_id,
        valid_from__lte=today,
    )


def roles_in(user_id: int, municipality_id: int) -> frozenset[Role]:
    """What this account may do in this town today."""
    return frozenset(Role(m.role) for m in valid_memberships(user_id, municipality_id))


def has_second_factor(request: Any) -> bool:
    """Whether this session, and not only some earlier one, has passed a second factor."""
    return any(step.get("method") == "mfa" for step in get_authentication_records(request, request.user))


def actor_of(request: Any) -> Actor:
    """The actor of this request: on the clerks' site a clerk of the open town, anywhere else a citizen.

    Costs nothing for a visitor who has not signed in, one statement for a clerk on her site.
    """
    user = request.user
    town = request.town.municipality.pk if request.town else None
    if not user.is_authenticated:
        return Actor(kind=ActorKind.CITIZEN, channel=Channel.WEB, municipality_id=town)
    who: dict[str, Any] = {
        "name": str(user),
        "user_id": user.pk,
        "person_id": user.person_id,
        "municipality_id": town,
        "level": Level(request.session.get(LEVEL, Level.ACCOUNT)),
        "proved": bool(user.person and user.person.is_proved),
        "evidence": request.session.get(EVIDENCE, {}),
    }
    if town and _CLERKS_SITE.match(request.path_info) and has_second_factor(request):
        held = list(valid_memberships(user.pk, town))
        if held:
            user.acting = Actor(
                kind=ActorKind.CLERK,
                channel=Channel.ADMIN,
                roles=frozenset(m.role for m in held),
                units=frozenset(m.unit_id for m in held if m.unit_id),
                **who,
            )
            return user.acting
    return Actor(kind=ActorKind.CITIZEN, channel=Channel.WEB, **who)

from typing import Any

from core.audit.constants import ActorKind, Channel, Level
from core.audit.services import Actor


def actor_of(request: Any) -> Actor:
    """The actor of this request: a clerk of the open town on the clerks' site, else a citizen."""
    user = request.user
    town = request.town.municipality.pk if request.town else None
    if not user.is_authenticated:
        return Actor(kind=ActorKind.CITIZEN, channel=Channel.WEB, municipality_id=town)
    return Actor(
        kind=ActorKind.CITIZEN,
        channel=Channel.WEB,
        name=str(user),
        user_id=user.pk,
        person_id=user.person_id,
        municipality_id=town,
        level=Level(request.session.get("identity_level", Level.ACCOUNT)),
    )

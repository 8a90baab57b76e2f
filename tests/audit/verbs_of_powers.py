"""How each verb of powers, of look-ups and of objections is called once: a part of the table in `verbs`."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.utils import timezone

from core.audit.constants import Level
from core.audit.services import Actor
from core.identity.models import Person, PersonIdentifier
from core.interoperability import services as interoperability
from core.interoperability.constants import IDENTITY
from core.representation import services as representation
from core.representation.models import Power
from tests.cast import Cast
from tests.representation.test_powers import AMAIA, ane_grants

Act = Callable[[], object]


def agent(cast: Cast) -> Actor:
    """Jon, who has proved since that the number of the representative is his."""
    jon = cast.jon.person
    assert jon
    Person.objects.filter(pk=jon.pk).update(proved_at=timezone.now())
    PersonIdentifier.objects.get_or_create(person=jon, kind="nif", value=AMAIA)
    return replace(cast.citizen(cast.jon, level=Level.CERTIFICATE), proved=True)


def accepted(cast: Cast) -> Power:
    return representation.accept(ane_grants(cast), actor=agent(cast))


def objected(cast: Cast) -> Act:
    return partial(
        interoperability.object_to,
        person_id=cast.ane.person_id or 0,
        kind="tax",
        reason="x",
        actor=cast.citizen(cast.ane),
    )


def taking_back(cast: Cast) -> Act:
    kept = objected(cast)()
    return partial(interoperability.take_back, objection=kept, actor=cast.citizen(cast.ane))  # type: ignore[arg-type]


ACTS: dict[str, Callable[[Cast], Act]] = {
    "core.representation.grant": lambda cast: partial(ane_grants, cast),
    "core.representation.accept": lambda cast: partial(representation.accept, ane_grants(cast), actor=agent(cast)),
    "core.representation.refuse": lambda cast: partial(representation.refuse, ane_grants(cast), actor=agent(cast)),
    "core.representation.renounce": lambda cast: partial(representation.renounce, accepted(cast), actor=agent(cast)),
    "core.representation.revoke": lambda cast: partial(
        representation.revoke, ane_grants(cast), actor=cast.citizen(cast.ane)
    ),
    "core.representation.revoke_by_number": lambda cast: partial(
        representation.revoke_by_number, number=ane_grants(cast).number, actor=cast.citizen(cast.ane)
    ),
    "core.representation.revoke_at_desk": lambda cast: partial(
        representation.revoke_at_desk, ane_grants(cast), why="Anek eskatuta", actor=cast.clerk()
    ),
    "core.interoperability.look_up": lambda cast: partial(
        interoperability.look_up,
        kind=IDENTITY,
        person=cast.ane.person,
        case_reference="MUN-2026-000001",
        procedure_code="URB-002",
        purpose="x",
        actor=cast.clerk(),
    ),
    "core.interoperability.object_to": objected,
    "core.interoperability.take_back": taking_back,
}

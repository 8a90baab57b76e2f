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
from core.notifications.constants import Channel
from core.notifications.services import hand_over, notify
from core.payments.services import charge, hand_over_charges
from core.representation import services as representation
from core.representation.models import Power
from tests.cast import Cast
from tests.interoperability.test_lookups import consented
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


def handing_over(cast: Cast) -> Act:
    told = notify(
        person=cast.ane.person,
        email="",
        language="eu",
        subject_eu="x",
        subject_es="x",
        legal=True,
        actor=cast.clerk(),
    )
    return partial(
        hand_over,
        notification=told,
        person=cast.jon.person,
        email="",
        language="eu",
        channel=Channel.ELECTRONIC,
        actor=cast.clerk(),
    )


def owed_by_another(cast: Cast) -> Act:
    owed = charge(
        key="x",
        amount_cents=1,
        concept={"eu": "x", "es": "x"},
        person_id=cast.ane.person_id,
        case_reference="MUN-2026-000001",
        actor=cast.clerk(),
    )
    return partial(
        hand_over_charges,
        case_reference=owed.case_reference,
        person_id=cast.ane.person_id or 0,
        to=cast.jon.person_id or 0,
        actor=cast.clerk(),
    )


def consenting(cast: Cast) -> Act:
    return lambda: consented(cast)


def withdrawing(cast: Cast) -> Act:
    return partial(interoperability.withdraw_consent, consent=consented(cast), actor=cast.citizen(cast.ane))


ACTS: dict[str, Callable[[Cast], Act]] = {
    "core.representation.grant": lambda cast: partial(ane_grants, cast),
    "core.representation.accept": lambda cast: partial(representation.accept, ane_grants(cast), actor=agent(cast)),
    "core.representation.refuse": lambda cast: partial(representation.refuse, ane_grants(cast), actor=agent(cast)),
    "core.representation.renounce": lambda cast: partial(representation.renounce, accepted(cast), actor=agent(cast)),
    "core.representation.revoke": lambda cast: partial(
        representation.revoke, ane_grants(cast), actor=cast.citizen(cast.ane)
    ),
    "core.notifications.hand_over": handing_over,
    "core.payments.hand_over_charges": owed_by_another,
    "core.representation.revoke_by_number": lambda cast: partial(
        representation.revoke_by_number, number=ane_grants(cast).number, actor=cast.citizen(cast.ane)
    ),
    "core.representation.revoke_at_desk": lambda cast: partial(
        representation.revoke_at_desk, ane_grants(cast), why="Anek eskatuta", actor=cast.clerk()
    ),
    "core.interoperability.give_consents": consenting,
    "core.interoperability.withdraw_consent": withdrawing,
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

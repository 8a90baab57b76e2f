"""Residents and dwellings for the tests of the census; call inside the town's door."""

from datetime import date
from typing import Any

from census.constants import IdentifierType, Sex
from census.models import Dwelling, Resident
from census.services import add_dwelling, register_arrival
from core.audit.constants import ActorKind, Channel
from core.audit.services import Actor
from core.municipalities.models import Municipality, open_municipality
from core.territory.models import Street
from tests.cast import Cast


def system() -> Actor:
    return Actor(kind=ActorKind.SYSTEM, channel=Channel.TASK, municipality_id=open_municipality())


def street(name: str = "Intxaurrondo", kind: str = "KALEA", code: str = "00001") -> Street:
    return Street.objects.get_or_create(
        municipality_id=open_municipality() or 0, code=code, defaults={"name": name, "kind": kind}
    )[0]


def dwelling(number: str = "5", floor: str = "2", door: str = "EZK", **more: Any) -> Dwelling:
    return add_dwelling(street=more.pop("street", None) or street(), number=number, floor=floor, door=door,
                        actor=system(), **more)  # fmt: skip


def personal(**more: Any) -> dict[str, Any]:
    return {
        "given_name": "Ane",
        "surname1": "Etxebarria",
        "surname2": "Uriarte",
        "sex": Sex.FEMALE,
        "born_on": date(1988, 4, 12),
        "birth_province": "48",
        "birth_place": "020",
        "birth_place_name": "Bilbao",
        "identifier_type": IdentifierType.DNI,
        "identifier": "12345678Z",
    } | more


def ane(home: Dwelling | None = None, **more: Any) -> Resident:
    return register_arrival(
        personal=personal(**more), dwelling=home or dwelling(), on=date(2020, 1, 15), origin="48020", actor=system()
    )


def child(home: Dwelling, **more: Any) -> Resident:
    return ane(home, given_name="June", surname1="Goiri", surname2="Etxebarria", born_on=date(2016, 2, 3),
               identifier="", identifier_type=IdentifierType.NONE, **more)  # fmt: skip


def officer(cast: Cast, town: Municipality | None = None) -> Actor:
    return cast.clerk(town=town)

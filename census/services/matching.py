"""What a citizen wrote, against what the padron knows: an address to a dwelling, names to residents.

Only an exact match is acted on; anything else is a clerk's decision.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from census.models import Dwelling, Resident
from core.municipalities.models import open_municipality
from core.municipalities.services import find_town
from core.territory.models import Street
from core.territory.services import find_street, normalised

_NUMBER = re.compile(r"(\d{1,4})\s*-?\s*([a-z]?)")
_IN_STREET = re.compile(
    r"(?P<street>.*?[^\d\s,])[\s,]+(?:n[ºo°.]*\s*)?(?P<number>\d{1,4}[A-Za-z]?)(?:[\s,]+(?P<floor>.+))?"
)
# doors and floors as people write them → as the padron does
_DOORS = {
    **dict.fromkeys(("ezk", "ezkerra", "ezkerreko", "izq", "izda", "izqda", "izquierda"), "EZK"),
    **dict.fromkeys(("esk", "eskuina", "eskuma", "eskuineko", "dcha", "der", "drcha", "derecha"), "ESK"),
    **dict.fromkeys(("erdi", "erdia", "erdikoa", "centro", "cto"), "ERD"),
}
_GROUND = frozenset({"behea", "beheko", "bajo", "bj", "be", "pb", "lonja"})
_NOISE = frozenset({"piso", "pisua", "solairua", "solairu", "planta", "puerta", "atea", "o", "a", "no"})


class Flat(NamedTuple):
    """The part of an address behind the number."""

    floor: str = ""
    door: str = ""


@dataclass(frozen=True)
class AddressMatch:
    """`dwelling` where exactly one fits; else `near`: the dwellings of that house, or of the street."""

    dwelling: Dwelling | None
    streets: Sequence[Street] = ()
    near: Sequence[Dwelling] = ()


@dataclass(frozen=True)
class PeopleMatch:
    """Who was found among the neighbours of one home, and the names that were not."""

    found: Sequence[Resident]
    unknown: Sequence[str]


def match_address(address: Mapping[str, str]) -> AddressMatch:
    """The dwelling of the open town that a filed address names.

    `address`: {street, number, floor, postcode, town}, and where known block, stair and door; `floor` may hold floor
    and door together ("2. EZK", "3º dcha."). Another town's name, or another postcode, matches nothing.
    """
    value = {key: str(address.get(key) or "").strip() for key in _KEYS}
    if value["town"] and not _is_this_town(value["town"]):
        return AddressMatch(None)
    if not value["number"] and (split := _IN_STREET.fullmatch(value["street"])):
        written = split.groupdict(default="")
        value |= {"street": written["street"], "number": written["number"]}
        value["floor"] = value["floor"] or written["floor"]
    streets = find_street(open_municipality() or 0, value["street"])
    house = list(Dwelling.objects.filter(street__in=streets, number=_number(value["number"])).select_related("street"))
    flat = read_flat(value["floor"], value["door"])
    same = [
        dwelling
        for dwelling in house
        if flat is not None
        and (normalised_flat(dwelling) == flat)
        and value["block"].upper() == dwelling.block.upper()
        and value["stair"].upper() == dwelling.stair.upper()
        and (not value["postcode"] or not dwelling.postcode or value["postcode"] == dwelling.postcode)
    ]
    return AddressMatch(same[0] if len(same) == 1 else None, streets, house)


def read_flat(floor: str, door: str = "") -> Flat | None:
    """Floor and door of what somebody wrote; None where a word of it means nothing to the padron."""
    words = re.findall(r"\d+|[a-z]+", normalised(f"{floor} {door}".replace("º", " ").replace("ª", " ")))
    found = {"floor": "", "door": ""}
    for position, word in enumerate(words):
        if word in _GROUND:
            part, value = "floor", "0"
        elif word.isdigit():
            part, value = ("door" if found["floor"] else "floor"), str(int(word))
        elif word in _DOORS:
            part, value = "door", _DOORS[word]
        elif len(word) == 1 and position == len(words) - 1 and position:
            part, value = "door", word.upper()
        elif word in _NOISE:
            continue
        else:
            return None
        if found[part]:
            return None
        found[part] = value
    return Flat(found["floor"], found["door"])


def normalised_flat(dwelling: Dwelling) -> Flat:
    """The padron's own floor and door, written the way `read_flat` writes them."""
    return read_flat(dwelling.floor, dwelling.door) or Flat(dwelling.floor, dwelling.door)


def match_people(written: Sequence[Mapping[str, str]], neighbours: Sequence[Resident]) -> PeopleMatch:
    """The residents whom the rows [{name, surnames, identifier, birth_date}] name, among those of one home only.

    The same document, or the same whole name; a date of birth that is given has to agree.
    """
    found: list[Resident] = []
    unknown = []
    for row in written:
        fits = [resident for resident in neighbours if _is_same(row, resident)]
        if len(fits) == 1 and fits[0] not in found:
            found.append(fits[0])
        elif not fits or fits[0] not in found:
            unknown.append(f"{row.get('name', '')} {row.get('surnames', '')}".strip())
    return PeopleMatch(found, unknown)


_KEYS = ("street", "number", "floor", "door", "block", "stair", "postcode", "town")


def _number(text: str) -> str:
    match = _NUMBER.fullmatch(text.lower())
    return f"{int(match[1])}{match[2].upper()}" if match else text


def _is_this_town(text: str) -> bool:
    town = find_town(open_municipality() or 0).municipality
    names = (town.name_official, town.name_eu, town.name_es, *town.search_aliases.split(","))
    return normalised(text) in {normalised(name) for name in names if name.strip()}


def _is_same(row: Mapping[str, str], resident: Resident) -> bool:
    born = row.get("birth_date")
    if born and _day(born) != resident.born_on:
        return False
    if number := row.get("identifier"):
        return bool(resident.identifier) and number.upper() == resident.identifier
    return normalised(f"{row.get('name', '')} {row.get('surnames', '')}") == normalised(str(resident))


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None

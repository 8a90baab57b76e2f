"""A town's streets and dwellings, invented."""

import random
from collections.abc import Iterator
from typing import NamedTuple

from core.territory.constants import WayKind

from .lists import street_names

SECTION_SIZE = 620  # dwellings; a census section has 500 to 2,500 people
SECTIONS_A_DISTRICT = 9
# what the generator knows of postcodes; elsewhere the dwelling has none
POSTCODES = {"48002": "48500", "48090": "48800", "48036": "48960", "48068": "48360", "48020": "48001"}


class Place(NamedTuple):
    """A dwelling of the street with this position in the town's list."""

    street: int
    number: str
    floor: str
    door: str
    district: str
    section: str
    sheet: str


def streets_of(rng: random.Random, population: int) -> list[tuple[str, str]]:
    """(kind, name): a village has a dozen, and its quarters first; a city several hundred."""
    names = street_names()
    wanted = max(12, min(len(names), population // 90))
    quarters = [street for street in names if street[0] == WayKind.QUARTER]
    others = [street for street in names if street[0] != WayKind.QUARTER]
    rural = max(2, wanted // 3) if population < 3000 else min(len(quarters), 2)
    chosen = rng.sample(quarters, min(rural, len(quarters)))
    chosen += rng.sample(others, min(wanted - len(chosen), len(others)))
    return sorted(chosen, key=lambda street: street[1])


def dwellings(rng: random.Random, streets: list[tuple[str, str]], population: int) -> Iterator[Place]:
    """Endless dwellings, street after street, so that a section is a piece of the town."""
    expected = population / 2.3 * 1.1
    share = [rng.uniform(0.3, 1.0) * (0.3 if kind == WayKind.QUARTER else 1.0) for kind, _name in streets]
    each = [max(4, int(expected * part / sum(share))) for part in share]
    numbers = [0] * len(streets)
    position = 0
    in_section: dict[tuple[str, str], int] = {}
    while True:
        for street, (kind, _name) in enumerate(streets):
            placed = 0
            while placed < each[street]:
                numbers[street] += 1
                for floor, door in _building(rng, rural=kind == WayKind.QUARTER or population < 700):
                    district, section = _section(position)
                    order = in_section[district, section] = in_section.get((district, section), 0) + 1
                    sheet = f"{district}{section}{order:05d}"
                    yield Place(street, str(numbers[street]), floor, door, district, section, sheet)
                    position += 1
                    placed += 1


def _section(position: int) -> tuple[str, str]:
    section = position // SECTION_SIZE
    return f"{section // SECTIONS_A_DISTRICT % 99 + 1:02d}", f"{section % SECTIONS_A_DISTRICT + 1:03d}"


def _building(rng: random.Random, *, rural: bool) -> list[tuple[str, str]]:
    if rural:
        return [("", "")] if rng.random() < 0.7 else [("0", ""), ("1", "")]
    doors = rng.choice((("EZK", "ESK"), ("EZK", "ESK"), ("A", "B", "C"), ("A", "B", "C", "D")))
    return [(str(floor), door) for floor in range(1, rng.choice((3, 3, 4, 5, 6)) + 1) for door in doors]

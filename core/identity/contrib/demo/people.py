"""The invented people: data/demo_people.csv."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.identity.services import ProvedIdentity, kind_of_number

FILE = Path(__file__).parents[2] / "data" / "demo_people.csv"


@dataclass(frozen=True)
class DemoPerson:
    email: str
    nif: str
    given_name: str
    surname1: str
    surname2: str
    town: str  # slug
    proved: str  # yes, or no: an account and nothing more

    @property
    def is_proved(self) -> bool:
        return self.proved == "yes"

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.given_name, self.surname1, self.surname2)))

    @property
    def identity(self) -> ProvedIdentity:
        kind = kind_of_number(self.nif)
        assert kind, self.nif
        return ProvedIdentity(kind, self.nif, self.given_name, self.surname1, self.surname2)


@cache
def demo_people() -> tuple[DemoPerson, ...]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(DemoPerson(**row) for row in csv.DictReader(lines))

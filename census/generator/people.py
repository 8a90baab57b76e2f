"""Households: who lives together, how old, of what names; the shares are those of Bizkaia, roughly."""

import random
from collections.abc import Iterator
from typing import NamedTuple

from . import lists
from .lists import Surname, Word, draw

YEAR = 365.25
WOMAN, MAN, SPAIN = "6", "1", "108"
# kind of household → how many of a hundred
SHARES = {
    "alone": 16,
    "alone_old": 18,
    "couple": 13,
    "couple_old": 17,
    "family": 26,
    "one_parent": 7,
    "sharing": 3,
}
FOREIGN_SHARE = 0.09


class Invented(NamedTuple):
    given: Word
    surname1: Surname
    surname2: Surname | None
    sex: str
    born: int  # day's ordinal
    nationality: str


class People:
    """Endless households from one random source."""

    def __init__(self, rng: random.Random, today: int) -> None:
        self.rng, self.today = rng, today
        self.kinds = draw(rng, list(SHARES), list(SHARES.values()))
        self.local_surnames = draw(rng, *lists.surnames())
        self.newcomers = draw(rng, *lists.newcomers())
        self.given = {key: draw(rng, words) for key, words in lists.given_names().items()}
        self.chance = draw(rng, [n / 10_000 for n in range(10_000)])

    def households(self) -> Iterator[list[Invented]]:
        while True:
            group = next(self.newcomers) if next(self.chance) < FOREIGN_SHARE else None
            yield getattr(self, f"_{next(self.kinds)}")(group)

    def _between(self, low: float, high: float) -> float:
        return low + (high - low) * next(self.chance)

    def adult(self, age: float, sex: str, group: lists.Newcomers | None) -> Invented:
        born = self.today - int(age * YEAR) - int(next(self.chance) * 360)
        if group is None:
            return self._named(born, sex, next(self.local_surnames), next(self.local_surnames), None)
        return self._named(born, sex, self.rng.choice(group.surnames), self.rng.choice(group.surnames), group)

    def _named(
        self, born: int, sex: str, surname1: Surname, surname2: Surname | None, group: lists.Newcomers | None
    ) -> Invented:
        if group is not None:
            one_surname = group.nationality in {"228", "128", "407", "424", "203"}
            given = self.rng.choice(group.names[sex])
            return Invented(given, surname1, None if one_surname else surname2, sex, born, group.nationality)
        age = (self.today - born) / YEAR
        generation = "old" if age > 62 else "middle" if age > 26 else "young"
        return Invented(next(self.given[sex, generation]), surname1, surname2, sex, born, SPAIN)

    def _sex(self, women: float = 0.5) -> str:
        return WOMAN if next(self.chance) < women else MAN

    def _alone(self, group: lists.Newcomers | None) -> list[Invented]:
        return [self.adult(self._between(25, 64), self._sex(), group)]

    def _alone_old(self, group: lists.Newcomers | None) -> list[Invented]:
        age = 65 + 33 * next(self.chance) ** 1.3
        return [self.adult(age, self._sex(0.72), None if age > 70 else group)]

    def _couple(self, group: lists.Newcomers | None) -> list[Invented]:
        return self._two(self._between(26, 63), group)

    def _couple_old(self, group: lists.Newcomers | None) -> list[Invented]:
        return self._two(63 + 29 * next(self.chance) ** 1.4, None)

    def _two(self, age: float, group: lists.Newcomers | None) -> list[Invented]:
        sexes = (WOMAN, MAN) if next(self.chance) < 0.97 else (self._sex(),) * 2
        return [
            self.adult(age, sexes[0], group),
            self.adult(max(22, age + self._between(-3, 5)), sexes[1], group),
        ]

    def _family(self, group: lists.Newcomers | None) -> list[Invented]:
        parents = self._two(self._between(28, 60), group)
        return parents + self._children(parents, group)

    def _one_parent(self, group: lists.Newcomers | None) -> list[Invented]:
        parent = self.adult(self._between(28, 62), self._sex(0.8), group)
        return [parent, *self._children([parent], group)]

    def _sharing(self, group: lists.Newcomers | None) -> list[Invented]:
        return [self.adult(self._between(19, 45), self._sex(), group) for _n in range(self.rng.choice((2, 3, 3, 4)))]

    def _children(self, parents: list[Invented], group: lists.Newcomers | None) -> list[Invented]:
        """One to three, born while the first parent was 22 to 43 and still at home."""
        parent = (self.today - parents[0].born) / YEAR
        oldest = min(30.0, parent - 22)
        youngest = max(0.05, parent - 43)
        if oldest <= youngest:
            return []
        order = [parent.surname1 for parent in parents]
        if next(self.chance) < 0.7:  # the father's surname first, as most still do
            order.reverse()
        if len(order) == 1:
            order.append(parents[0].surname2 or next(self.local_surnames))
        first = self._between(youngest, oldest)
        ages = [first]
        if next(self.chance) < 0.5:
            ages.append(first - self._between(1.4, 4.5))
        if next(self.chance) < 0.08:
            ages.append(first - self._between(4.5, 8))
        return [
            self._named(self.today - int(age * YEAR), self._sex(), order[0], order[1], group)
            for age in ages
            if age > 0.02
        ]

"""The whole county: how many people each town gets, and the towns one after another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from census.models import Resident
from core.municipalities.constants import Kind
from core.municipalities.models import Municipality
from core.municipalities.scope import acting_for

from .town import Counters, TownGenerator


@dataclass(frozen=True)
class Made:
    """What was made of one town; `skipped` where it had residents already."""

    town: Municipality
    counters: Counters
    skipped: bool = False


def generate(*, people: int, seed: int, today: date, slugs: Sequence[str] = (), even: bool = False) -> Iterator[Made]:
    """Fill the named towns, or all of them, with `people` invented residents between them.

    Shares follow the populations, or are equal when `even`. A town that has residents is left alone. The same seed,
    day and towns make the same people. KeyError for an unknown slug.
    """
    every = list(Municipality.objects.filter(kind=Kind.TOWN).order_by("ine_code"))
    known = {town.slug: town for town in every}
    chosen = [known[slug] for slug in slugs] or every
    for town, share in zip(chosen, _shares(chosen, people, even=even), strict=True):
        with acting_for(town.pk):
            inhabited = Resident.objects.exists()
        if inhabited or not share:
            yield Made(town, Counters(), skipped=inhabited)
            continue
        position = every.index(town)
        yield Made(town, TownGenerator(town, share, position=position, seed=seed, today=today).run())


def _shares(towns: Sequence[Municipality], people: int, *, even: bool) -> list[int]:
    """Whole numbers that add up to `people`."""
    weights = [1 if even else max(town.population, 1) for town in towns]
    bounds = [people * sum(weights[:n]) // sum(weights) for n in range(len(weights) + 1)]
    return [high - low for low, high in pairwise(bounds)]

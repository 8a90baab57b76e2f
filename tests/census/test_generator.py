"""The invented county."""

import random
from datetime import date

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st
from stdnum.es import dni as dni_rules
from stdnum.es import nie as nie_rules

from census.constants import IdentifierType
from census.generator import identifiers
from census.generator.people import People
from census.models import Dwelling, Inscription, Movement, Resident
from core.municipalities.scope import acting_for
from core.territory.models import Street
from tests.cast import Cast


@given(st.integers(0, 112), st.integers(0, identifiers.DNI_SHARE - 1), st.integers(0, 10**6))
def test_every_dni_has_its_letter(town: int, order: int, shift: int) -> None:
    assert dni_rules.is_valid(identifiers.dni(town, order, shift))


@given(st.integers(0, 112), st.integers(0, identifiers.NIE_SHARE - 1), st.integers(0, 10**6))
def test_every_nie_has_its_letter(town: int, order: int, shift: int) -> None:
    assert nie_rules.is_valid(identifiers.nie(town, order, shift))


def test_no_number_comes_twice() -> None:
    made = {identifiers.dni(town, order, 7) for town in range(5) for order in range(2000)}
    assert len(made) == 10_000


def made(town: object) -> list[tuple[str, ...]]:
    with acting_for(town.pk):  # type: ignore[attr-defined]
        return list(Resident.objects.order_by("nia").values_list("nia", "name_norm", "identifier", "born_on"))


@pytest.fixture
def county(cast: Cast) -> Cast:
    call_command("generate_county", people=600, seed=7, even=True, on=date(2026, 1, 1), towns=["mundaka", "balmaseda"])
    return cast


def test_everybody_lives_somewhere_once(county: Cast) -> None:
    with acting_for(county.mundaka.pk):
        assert Inscription.objects.filter(ends_on=None).count() == 300
        assert Resident.objects.count() >= 300
        assert Inscription.objects.exclude(ends_on=None).exists()
        assert Movement.objects.exists()
        assert Dwelling.objects.count() > 80
        assert Street.objects.filter(municipality=county.mundaka).count() >= 12


def test_everybody_has_a_valid_number_of_her_own(county: Cast) -> None:
    numbers: list[str] = []
    for town in (county.mundaka, county.balmaseda):
        with acting_for(town.pk):
            rows = Resident.objects.exclude(identifier="")
            assert all(dni_rules.is_valid(r.identifier) for r in rows if r.identifier_type == IdentifierType.DNI)
            assert all(
                nie_rules.is_valid(r.identifier) for r in rows if r.identifier_type == IdentifierType.RESIDENCE_CARD
            )
            numbers += [r.identifier for r in rows]
    assert len(numbers) == len(set(numbers)) > 400


def test_ages_are_those_of_a_county(county: Cast) -> None:
    with acting_for(county.mundaka.pk):
        lives = Resident.objects.filter(inscriptions__ends_on=None)
        children, old = lives.filter(born_on__gt=date(2010, 1, 1)), lives.filter(born_on__lt=date(1961, 1, 1))
        assert 0.06 < children.count() / 300 < 0.22
        assert 0.15 < old.count() / 300 < 0.35


def test_nobody_is_younger_than_her_inscription(county: Cast) -> None:
    with acting_for(county.mundaka.pk):
        for row in Inscription.objects.select_related("resident"):
            assert row.starts_on >= row.resident.born_on
            assert row.ends_on is None or row.ends_on >= row.starts_on


def test_a_town_with_residents_is_left_alone(county: Cast) -> None:
    before = made(county.mundaka)
    call_command("generate_county", people=600, seed=8, towns=["mundaka"])
    assert made(county.mundaka) == before


def names(seed: str) -> list[str]:
    people = People(random.Random(seed), date(2026, 1, 1).toordinal()).households()
    return [who.given[0] + who.surname1.name for _n in range(50) for who in next(people)]


def test_the_same_seed_makes_the_same_people() -> None:
    assert names("7/48068") == names("7/48068") != names("8/48068")

"""What a citizen wrote, against what the padron knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from census.services.matching import Flat, match_address, match_people, read_flat
from tests.cast import Cast

from . import people


def written(**more: str) -> dict[str, str]:
    return {"street": "Intxaurrondo kalea", "number": "5", "floor": "2. EZK", "postcode": "", "town": "Mundaka"} | more


@pytest.mark.parametrize(
    "address",
    [
        written(),
        written(street="C/ Intxaurrondo", floor="2º izda."),
        written(street="INTXAURRONDO", floor="2", door="ezkerra"),
        written(street="Intxaurrondo kalea 5, 2 izq", number="", floor=""),
        written(floor="2. solairua ezk", town="mundaka"),
        written(town=""),
        written(postcode="48360"),
    ],
)
def test_the_same_dwelling_in_other_words(in_mundaka: Cast, address: dict[str, str]) -> None:
    home = people.dwelling(postcode="48360")
    people.dwelling("5", "2", "ESK")
    assert match_address(address).dwelling == home


@pytest.mark.parametrize(
    "address",
    [
        written(number="6"),
        written(floor="3. EZK"),
        written(floor=""),
        written(floor="2. EZK B"),
        written(street="Intxaur"),
        written(town="Bermeo"),
        written(postcode="48999"),
        written(block="B"),
        {},
    ],
)
def test_anything_else_is_a_clerks_decision(in_mundaka: Cast, address: dict[str, str]) -> None:
    people.dwelling(postcode="48360")
    assert match_address(address).dwelling is None


def test_the_house_is_offered_where_the_door_does_not_fit(in_mundaka: Cast) -> None:
    home = people.dwelling()
    assert list(match_address(written(floor="9. Z")).near) == [home]


def test_two_dwellings_that_read_alike_are_nobodys_guess(in_mundaka: Cast) -> None:
    people.dwelling("5", "2", "EZK")
    people.dwelling("5", "2", "IZQ")
    assert match_address(written()).dwelling is None


def test_a_square_and_a_street_of_one_name_are_told_apart(in_mundaka: Cast) -> None:
    people.dwelling()
    square = people.street("Intxaurrondo", "PLAZA", "00002")
    home = people.dwelling(street=square)
    assert match_address(written(street="Intxaurrondo plaza")).dwelling == home
    assert match_address(written(street="Intxaurrondo")).dwelling is None


@given(st.text(max_size=40), st.text(max_size=10))
def test_whatever_is_written_is_read_or_refused(floor: str, door: str) -> None:
    flat = read_flat(floor, door)
    assert flat is None or isinstance(flat, Flat)


@given(st.integers(0, 30), st.sampled_from(["EZK", "ESK", "A", "B"]))
def test_floor_and_door_in_one_text_or_in_two(floor: int, door: str) -> None:
    assert read_flat(f"{floor}. {door}") == read_flat(str(floor), door) == read_flat(f"{floor}º {door.lower()}")


def test_names_are_looked_for_in_the_home_only(in_mundaka: Cast) -> None:
    home = people.dwelling()
    ane, june = people.ane(home), people.child(home)
    rows = [
        {"name": "Ane", "surnames": "Etxebarria Uriarte", "identifier": "12345678Z", "birth_date": ""},
        {"name": "JUNE", "surnames": "goiri etxebarria", "identifier": "", "birth_date": "2016-02-03"},
    ]
    assert match_people(rows, [ane, june]).found == [ane, june]
    assert match_people(rows, [ane]).unknown == ["JUNE goiri etxebarria"]
    wrong = rows[1] | {"birth_date": "2016-02-04"}
    assert match_people([wrong], [ane, june]).unknown == ["JUNE goiri etxebarria"]

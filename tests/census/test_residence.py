"""Arrivals, moves and departures."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from census.constants import Variation
from census.models import Inscription, Movement, Resident
from census.services import (
    change_address,
    find_resident,
    home_of,
    household_of,
    link,
    move,
    register_birth,
    remove,
    resident_since,
    search_residents,
)
from core.audit.models import AuditRow
from core.identity.constants import Role
from core.identity.models import Person
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import DomainError
from tests.cast import Cast

from . import people

TODAY = timezone.localdate()


def test_a_move_closes_one_inscription_and_opens_the_next_on_the_same_day(in_mundaka: Cast) -> None:
    resident, other = people.ane(), people.dwelling("7", "1", "ESK")
    change_address(resident=resident, dwelling=other, on=date(2026, 3, 1), actor=people.officer(in_mundaka))
    old, new = Inscription.objects.order_by("starts_on")
    assert (old.ends_on, old.ended_by) == (new.starts_on, new.begun_by) == (date(2026, 3, 1), Variation.ADDRESS)
    assert home_of(resident).dwelling == other
    assert home_of(resident, date(2026, 2, 28)).dwelling != other
    assert home_of(resident, date(2026, 3, 1)).dwelling == other
    assert home_of(resident, date(2019, 1, 1)) is None
    assert resident_since(resident) == date(2020, 1, 15)


def test_a_move_tells_the_ine_before_and_after(in_mundaka: Cast) -> None:
    resident, other = people.ane(), people.dwelling("7", "1", "ESK")
    change_address(resident=resident, dwelling=other, on=date(2026, 3, 1), actor=people.officer(in_mundaka))
    told = Movement.objects.get(variation=Variation.ADDRESS)
    assert (told.before["NUMER"], told.after["NUMER"]) == ("5", "7")
    assert told.before["IDEN"] == "12345678"


def test_the_same_file_moves_nobody_twice(in_mundaka: Cast) -> None:
    resident, other = people.ane(), people.dwelling("7", "1", "ESK")
    for _time in range(2):
        move(residents=[resident], dwelling=other, on=date(2026, 3, 1), case_reference="MUN-2026-1",
             actor=people.officer(in_mundaka))  # fmt: skip
    assert Inscription.objects.count() == 2
    assert Movement.objects.filter(variation=Variation.ADDRESS).count() == 1


def test_a_household_moves_together(in_mundaka: Cast) -> None:
    home, other = people.dwelling(), people.dwelling("7")
    both = [people.ane(home), people.child(home)]
    move(residents=both, dwelling=other, on=TODAY, actor=people.officer(in_mundaka))
    assert household_of(home) == []
    assert {row.resident for row in household_of(other)} == set(both)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(2019, 12, 31)])
def test_nobody_moves_in_the_future_or_before_she_came(in_mundaka: Cast, day: date) -> None:
    resident = people.ane()
    with pytest.raises(DomainError) as refused:
        change_address(resident=resident, dwelling=people.dwelling("7"), on=day, actor=people.officer(in_mundaka))
    assert refused.value.field == "on"
    assert Inscription.objects.count() == 1


def test_only_a_census_officer_changes_the_census(in_mundaka: Cast) -> None:
    resident, handler = people.ane(), replace(in_mundaka.clerk(), roles=frozenset({Role.HANDLER}))
    with pytest.raises(PermissionDenied):
        change_address(resident=resident, dwelling=people.dwelling("7"), on=TODAY, actor=handler)
    with pytest.raises(PermissionDenied):
        change_address(resident=resident, dwelling=people.dwelling("8"), on=TODAY,
                       actor=in_mundaka.citizen(in_mundaka.ane))  # fmt: skip


def test_nobody_is_registered_twice_under_one_number(in_mundaka: Cast) -> None:
    people.ane()
    with pytest.raises(DomainError):
        people.ane(given_name="Miren")


def test_she_who_came_back_is_a_resident_since_she_came_back(in_mundaka: Cast) -> None:
    resident = people.ane()
    remove(resident=resident, variation=Variation.DEPARTURE, on=date(2022, 1, 1), destination="28079",
           actor=people.system())  # fmt: skip
    assert home_of(resident) is None
    told = Movement.objects.get(variation=Variation.DEPARTURE)
    assert told.after == {"PRDP": "28", "MUDP": "079"}
    again = people.ane()
    assert again.nia != resident.nia
    assert resident_since(again) == date(2020, 1, 15)


def test_a_newborn_lives_where_the_parent_does(in_mundaka: Cast) -> None:
    parent = people.ane()
    newborn = people.personal(given_name="Lide", born_on=TODAY, identifier="", identifier_type="0")
    register_birth(personal=newborn, parent=parent, actor=people.officer(in_mundaka))
    assert {row.resident.given_name for row in household_of(home_of(parent).dwelling)} == {"Ane", "Lide"}


def test_a_typed_number_finds_nobody(in_mundaka: Cast) -> None:
    resident = people.ane()
    assert find_resident(in_mundaka.ane.person) == resident
    typed = Person.objects.create(given_name="Ane", surname1="Etxebarria")
    assert find_resident(typed) is None
    assert find_resident(in_mundaka.jon.person) is None


def test_she_who_has_left_is_not_found(in_mundaka: Cast) -> None:
    remove(resident=people.ane(), variation=Variation.DEPARTURE, on=TODAY, actor=people.system())
    assert find_resident(in_mundaka.ane.person) is None


def test_another_towns_resident_is_not_found(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        people.ane()
    with acting_for(cast.balmaseda.pk):
        assert find_resident(cast.ane.person) is None
        assert search_residents("etxebarria") == []


def test_a_person_reads_her_own_rows_and_address_and_no_neighbours(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        home = people.dwelling()
        link(people.ane(home), cast.ane.person)
        people.child(home)
    with reading_own(cast.ane.person_id):
        assert [resident.given_name for resident in Resident.objects.all()] == ["Ane"]
        assert Inscription.objects.get().dwelling.number == "5"
    with reading_own(cast.jon.person_id):
        assert not Resident.objects.exists()
        assert not Inscription.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["12345678z", "12345678-Z", "etxeb", "ETXEBARRIA URIARTE", "uriar ane", "ane etxebarria", "Etxebarría Uriarte Ane"],
)
def test_a_clerk_finds_her_by_number_or_words(in_mundaka: Cast, text: str) -> None:
    home = people.dwelling()
    resident = people.ane(home)
    people.child(home)
    assert search_residents(text)[0] == resident or resident in search_residents(text)


@pytest.mark.parametrize("text", ["", "   ", "zzz", "99999999R", "ane goiri", "%", "_"])
def test_what_fits_nobody_finds_nobody(in_mundaka: Cast, text: str) -> None:
    people.ane()
    assert search_residents(text) == []


def test_every_change_is_written_down(in_mundaka: Cast) -> None:
    resident = people.ane()
    link(resident, in_mundaka.ane.person)
    change_address(resident=resident, dwelling=people.dwelling("7"), on=TODAY, actor=people.officer(in_mundaka))
    row = AuditRow.objects.get(action="census.moved")
    assert (row.subject_person_id, row.object_id) == (in_mundaka.ane.person_id, resident.pk)

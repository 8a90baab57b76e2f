"""The towns of Bizkaia as `load_municipalities` brings them."""

import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.municipalities.constants import RESERVED_SLUGS, Kind, Module
from core.municipalities.models import DayOff, ModuleAdoption, Municipality, Unit
from core.municipalities.scope import acting_for
from core.municipalities.services import all_towns, find_county


@pytest.fixture
def loaded(db: None) -> Iterator[None]:
    call_command("load_municipalities", adopt="all", verbosity=0)
    yield


def test_there_are_113_towns_their_associations_and_the_county(loaded: None) -> None:
    kinds = [town.municipality.kind for town in all_towns()]
    assert (kinds.count(Kind.TOWN), kinds.count(Kind.ASSOCIATION), kinds.count(Kind.COUNTY)) == (113, 11, 1)
    county = find_county()
    assert county and county.municipality.hall_eu == "Bizkaiko Foru Aldundia"
    assert county.municipality.dir3 == "L02000048"


def test_a_second_run_changes_nothing(loaded: None) -> None:
    models = (Municipality, Municipality.members.through, Unit, DayOff, ModuleAdoption)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    with CaptureQueriesContext(connection) as statements:
        call_command("load_municipalities", adopt="all", verbosity=0)
    assert [list(model.objects.order_by("pk").values()) for model in models] == before
    assert len(statements) < 20


def test_every_slug_is_plain_and_none_is_a_word_of_an_address(loaded: None) -> None:
    slugs = list(Municipality.objects.values_list("slug", flat=True))
    assert {"mundaka", "abanto-zierbena", "gernika-lumo", "galdakao", "arratia"} <= set(slugs)
    assert not RESERVED_SLUGS & set(slugs)
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", slug) for slug in slugs)


def test_every_code_is_three_or_four_letters(loaded: None) -> None:
    codes = dict(Municipality.objects.values_list("slug", "code"))
    assert all(re.fullmatch("[A-Z]{3,4}", code) for code in codes.values())
    assert (codes["bermeo"], codes["mundaka"], codes["balmaseda"]) == ("BER", "MUN", "BAL")


def test_the_dir3_code_comes_from_the_ine_code_and_its_check_digit(loaded: None) -> None:
    tables = ([0, 8, 6, 4, 2, 9, 7, 5, 3, 1], [0, 7, 2, 8, 3, 6, 9, 5, 1, 4], [0, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    for town in Municipality.objects.filter(kind=Kind.TOWN):
        assert town.ine_code
        digit = sum(tables[i][int(n)] for i, n in zip((0, 1, 2, 0, 1), town.ine_code, strict=True)) % 10
        assert town.dir3 == f"L01{town.ine_code}{digit}", town


def test_names_are_declined_from_the_data(loaded: None) -> None:
    bilbao = Municipality.objects.get(slug="bilbo")
    assert (bilbao.name_eu_ko, bilbao.hall_eu, bilbao.hall_es) == ("Bilboko", "Bilboko Udala", "Ayuntamiento de Bilbao")
    valley = Municipality.objects.get(slug="karrantza-harana")
    assert (valley.hall_eu, valley.hall_es) == ("Karrantza Haraneko Udala", "Ayuntamiento del Valle de Carranza")
    for one in Municipality.objects.exclude(kind=Kind.COUNTY):
        assert all((one.name_eu_ko, one.name_eu_n, one.name_eu_ra, one.name_eu_tik, one.hall_eu, one.hall_es)), one


def test_usansolo_is_the_newest(loaded: None) -> None:
    assert str(Municipality.objects.get(slug="usansolo").active_from) == "2023-01-01"
    assert Municipality.objects.exclude(active_from=None).count() == 1


def test_towns_stand_in_alphabetical_order_with_n_before_ñ(loaded: None) -> None:
    names = [m.name_eu for m in Municipality.objects.filter(slug__in=["mungia", "menaka", "mendexa", "abadino"])]
    assert names == ["Abadiño", "Mendexa", "Meñaka", "Mungia"]


def test_an_association_has_its_members(loaded: None) -> None:
    arratia = Municipality.objects.get(slug="arratia")
    assert arratia.members.count() == 9
    assert arratia.members.filter(slug="igorre").exists()


def test_each_has_one_unit_for_what_no_other_handles_and_no_subject_has_two(loaded: None) -> None:
    for town in all_towns():
        units = Unit.objects.filter(municipality=town.municipality)
        assert units.filter(is_default=True).count() == 1
        handled = [code for unit in units for code in unit.handles.split(",") if code]
        assert len(handled) == len(set(handled))


def test_what_a_town_changed_in_its_units_stays(loaded: None) -> None:
    mundaka = Municipality.objects.get(slug="mundaka")
    with acting_for(mundaka.pk):
        Unit.objects.filter(municipality=mundaka, code="police").delete()
    call_command("load_municipalities", verbosity=0)
    assert not Unit.objects.filter(municipality=mundaka, code="police").exists()


def test_modules_are_taken_up_only_when_asked(db: None) -> None:
    call_command("load_municipalities", verbosity=0)
    assert not ModuleAdoption.objects.exists()
    call_command("load_municipalities", adopt=Module.REGISTRY, verbosity=0)
    assert ModuleAdoption.objects.count() == 125


def test_the_county_s_days_off_of_two_years_are_everyone_s(loaded: None) -> None:
    days = {str(day) for day in DayOff.objects.filter(municipality=None).values_list("day", flat=True)}
    assert {"2026-04-06", "2026-07-31", "2027-03-29", "2027-12-06"} <= days

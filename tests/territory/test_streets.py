"""The street index."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.audit.constants import ActorKind, Channel
from core.audit.services import Actor
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.territory.constants import WayKind
from core.territory.models import Street
from core.territory.services import StreetRow, find_street, load_streets, normalised, split_way, streets
from tests.cast import Cast

ROWS = [
    StreetRow("1", "KALEA", "San Pedro"),
    StreetRow("2", "plaza", "San Pedro"),
    StreetRow("3", "Avda.", "Lehendakari Agirre"),
    StreetRow("4", "AUZOA", "Basaran"),
    StreetRow("5", "", "Portuondo"),
]


def loader(cast: Cast) -> Actor:
    return Actor(kind=ActorKind.SYSTEM, channel=Channel.TASK, municipality_id=cast.mundaka.pk)


@pytest.fixture
def mundaka(in_mundaka: Cast) -> Cast:
    load_streets(ROWS, actor=loader(in_mundaka))
    return in_mundaka


def names(found: list[Street]) -> list[str]:
    return [street.said("eu") for street in found]


def test_a_street_is_found_by_its_beginning_or_a_word_of_it(mundaka: Cast) -> None:
    assert names(streets(mundaka.mundaka, "san p")) == ["San Pedro kalea", "San Pedro plaza"]
    assert names(streets(mundaka.mundaka, "AGIRRE")) == ["Lehendakari Agirre etorbidea"]
    assert names(streets(mundaka.mundaka, "c/ Portu")) == ["Portuondo kalea"]
    assert streets(mundaka.mundaka, "edro") == []
    assert len(streets(mundaka.mundaka)) == 5


def test_another_towns_streets_are_not_offered(mundaka: Cast) -> None:
    assert streets(mundaka.balmaseda, "san") == []


def test_the_kind_chooses_between_namesakes(mundaka: Cast) -> None:
    assert [s.kind for s in find_street(mundaka.mundaka, "Plaza San Pedro")] == [WayKind.SQUARE]
    assert len(find_street(mundaka.mundaka, "San Pedro")) == 2
    assert len(find_street(mundaka.mundaka, "Calle de San Pedro")) == 1
    assert find_street(mundaka.mundaka, "San Ped") == []


def test_loading_again_renames_and_never_removes(mundaka: Cast) -> None:
    assert load_streets(ROWS, actor=loader(mundaka)) == 0
    assert load_streets([StreetRow("00005", "KALEA", "Portuondo Berria")], actor=loader(mundaka)) == 1
    assert Street.objects.count() == 5
    assert Street.objects.get(code="00005").name_norm == "portuondo berria"


@pytest.mark.parametrize(
    "row", [StreetRow("x", "KALEA", "A"), StreetRow("1", "ZZZZ", "A"), StreetRow("1", "KALEA", " ")]
)
def test_a_bad_row_loads_nothing(in_mundaka: Cast, row: StreetRow) -> None:
    with pytest.raises(DomainError):
        load_streets([ROWS[1], row], actor=loader(in_mundaka))
    assert not Street.objects.exists()


def test_anybody_may_ask_for_street_names(mundaka: Cast) -> None:
    answer = Client().get("/mundaka/es/streets/", {"q": "portu"})
    assert answer.json() == {"streets": [{"code": "00005", "name": "Calle Portuondo"}]}
    assert Client().get("/balmaseda/es/streets/", {"q": "portu"}).json() == {"streets": []}
    assert Client().post("/mundaka/es/streets/").status_code == 405


def test_the_command_reads_a_file(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "streets.csv"
    file.write_text("code;kind;name\n1;KALEA;Goiko\n", encoding="utf-8")
    call_command("load_streets", "mundaka", file)
    with acting_for(cast.mundaka.pk):
        assert Street.objects.get().said("eu") == "Goiko kalea"


@given(st.text(max_size=60))
def test_a_normalised_name_stays_as_it_is(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert set(once) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")


@given(st.text(max_size=60))
def test_a_kind_of_way_never_eats_the_name(text: str) -> None:
    kind, name = split_way(text)
    assert bool(name) == bool(normalised(text))
    assert kind is None or kind in WayKind

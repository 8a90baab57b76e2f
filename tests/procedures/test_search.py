"""Searching: what people type, in either language, inflected, without accents or with a slip."""

import pytest

from core.municipalities.scope import acting_for
from procedures.models import TownProcedure
from procedures.services import search
from procedures.services.searching import normalise, prefixes
from tests.cast import Cast

# what is typed → the family or the procedure that must be among the first results
QUERIES = {
    "errolda": "PAD",
    "padrón": "PAD",
    "erroldatu nahi dut": "PAD",
    "empadronamiento": "PAD",
    "enpadronatu": "PAD",
    "bolantea": "PAD-006",
    "obra txikia": "URB",
    "licencia de obra menor": "URB",
    "lizentziaren": "URB",
    "instantzia": "REG",
    "instancia general": "REG-001",
    "TAO": "VEH",
    "OTA": "VEH",
    "ezkondu": "CIV",
    "boda": "CIV",
    "txakurra": "ANI",
    "perro": "ANI",
    "diru-laguntzak": "SUB",
    "hilerria": "CEM",
    "helbidea aldatu": "PAD-003",
}


@pytest.fixture
def loaded(catalogue: None) -> None:
    """One catalogue for the queries of a test."""


def test_most_of_what_people_type_is_found_among_the_first_five(loaded: None) -> None:
    missed = {
        query: expected
        for query, expected in QUERIES.items()
        if not any(found.code.startswith(expected) for found in search(query)[:5])
    }
    assert not missed, missed


def test_a_slip_is_forgiven(loaded: None) -> None:
    assert any(found.code.startswith("PAD") for found in search("enpadronamineto")[:5])


def test_nonsense_signs_and_very_long_queries_find_nothing_and_break_nothing(loaded: None) -> None:
    for query in ("xqzw", "'; DROP TABLE", "& | ! :*", "ñ" * 1000, "()", "\\", "a:b"):
        list(search(query)[:5])
    assert not list(search("xqzwkk"))


def test_filters_and_the_towns_own_offer(loaded: None, cast: Cast) -> None:
    assert all(found.family.slug == "padron" for found in search("", family="padron"))
    assert any(found.code == "PAD-003" for found in search("", life_event="moving"))
    assert all(found.identity_level == "none" for found in search("", identity_level="none"))
    with acting_for(cast.mundaka.pk):
        assert not search("padrón", municipality_id=cast.mundaka.pk)
        general = search("instancia general").get(code="REG-001")
        TownProcedure.objects.create(procedure=general)
        assert [found.code for found in search("instancia", municipality_id=cast.mundaka.pk)] == ["REG-001"]


def test_words_lose_accents_and_endings_but_keep_their_enye() -> None:
    assert normalise("Padrón, ÑANDÚ") == "padron, ñandu"
    assert prefixes("lizentziaren eta TAO") == ["lizentzia", "eta", "tao"]


def test_a_code_finds_its_procedure_alone(loaded: None) -> None:
    assert [procedure.code for procedure in search(" reg-001 ")] == ["REG-001"]
    assert not search("XYZ-999").exists()

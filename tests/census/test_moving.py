"""PAD-003: a granted change of address changes the padron, with history."""

from datetime import date
from typing import Any

import pytest

from case_files.constants import Outcome, TaskState
from case_files.models import CaseFile, CaseTask
from case_files.services import open_case_file
from census.constants import Variation
from census.models import Inscription, Movement, Resident
from census.services import home_of, household_of
from census.services.moving import confirm_move, read_move
from census.services.slips import slip_for
from core.municipalities.services import DomainError
from tests.case_files.files import do, party, procedure, walk_to
from tests.cast import Cast

from . import people


def filed(cast: Cast, **more: Any) -> CaseFile:
    data = {
        "current_address": {
            "street": "Intxaurrondo",
            "number": "5",
            "floor": "2. EZK",
            "postcode": "",
            "town": "Mundaka",
        },
        "new_address": {
            "street": "Intxaurrondo kalea",
            "number": "7",
            "floor": "1º dcha",
            "postcode": "",
            "town": "Mundaka",
        },
        "move_date": "2026-03-01",
        "registrants": [
            {"name": "Ane", "surnames": "Etxebarria Uriarte", "identifier": "12345678Z", "birth_date": ""},
            {"name": "June", "surnames": "Goiri Etxebarria", "identifier": "", "birth_date": "2016-02-03"},
        ],
        "housing_title_type": "tenant",
    }
    return open_case_file(
        procedure=procedure("PADR", code="PAD-003", title_eu="Helbide-aldaketa", title_es="Cambio de domicilio"),
        data=data | more,
        parties=[party(cast.ane)],
        language="eu",
        actor=cast.citizen(cast.ane),
    )


@pytest.fixture
def family(in_mundaka: Cast) -> tuple[Cast, Resident, Resident]:
    home = people.dwelling()
    people.dwelling("7", "1", "ESK")
    return in_mundaka, people.ane(home), people.child(home)


def open_steps(case_file: CaseFile) -> list[str]:
    return list(CaseTask.objects.filter(case_file=case_file, state=TaskState.OPEN).values_list("step", flat=True))


def test_the_resolution_moves_the_household_and_the_next_slip_says_so(family: Any) -> None:
    cast, ane, june = family
    case_file = filed(cast)
    do(walk_to(case_file, "resolution", cast.clerk()), cast.clerk())
    for resident in (ane, june):
        assert home_of(resident).dwelling.number == "7"
        assert home_of(resident).starts_on == date(2026, 3, 1)
    told = Movement.objects.filter(variation=Variation.ADDRESS)
    assert {row.case_reference for row in told} == {case_file.reference}
    assert len(told) == 2
    slip = slip_for(person=cast.ane.person, actor=cast.citizen(cast.ane))
    assert slip.context["address"] == "Intxaurrondo kalea 7, 1. ESK"
    assert slip.context["address_since"] == "2026-03-01"
    assert slip.context["registered_since"] == "2020-01-15"
    assert "census_update" not in open_steps(case_file)


def test_a_denied_request_changes_nothing(family: Any) -> None:
    cast, ane, _june = family
    case_file = filed(cast)
    do(walk_to(case_file, "resolution", cast.clerk()), cast.clerk(), outcome=Outcome.DENIED)
    assert home_of(ane).dwelling.number == "5"
    assert not Movement.objects.filter(variation=Variation.ADDRESS).exists()


def unclear() -> dict[str, Any]:
    return {"new_address": {"street": "Intxaurrondo", "number": "7", "floor": "", "postcode": "", "town": "Mundaka"}}


def test_an_address_that_is_not_exact_becomes_a_census_officers_task(family: Any) -> None:
    cast, ane, june = family
    case_file = filed(cast, **unclear())
    do(walk_to(case_file, "resolution", cast.clerk()), cast.clerk())
    assert home_of(ane).dwelling.number == "5"
    task = CaseTask.objects.select_related("case_file").get(case_file=case_file, state=TaskState.OPEN)
    assert task.step == "census_update"
    assert task.words
    [there] = read_move(case_file).address.near
    confirm_move(case_file=case_file, dwelling=there, residents=[ane, june], on=date(2026, 3, 2), task=task,
                 actor=people.officer(cast))  # fmt: skip
    assert {row.resident for row in household_of(there)} == {ane, june}
    assert not {"census_update", "ine_variation"} & set(open_steps(case_file))
    with pytest.raises(DomainError):
        confirm_move(case_file=case_file, dwelling=there, residents=[ane], on=date(2026, 3, 2), actor=cast.clerk())


def test_what_was_settled_before_is_carried_out_by_the_resolution(family: Any) -> None:
    cast, ane, june = family
    case_file = filed(cast, **unclear())
    [there] = read_move(case_file).address.near
    confirm_move(case_file=case_file, dwelling=there, residents=[ane], on=date(2026, 3, 2), actor=people.officer(cast))
    assert home_of(ane).dwelling != there
    do(walk_to(case_file, "resolution", cast.clerk()), cast.clerk())
    assert home_of(ane).dwelling == there
    assert home_of(june).dwelling != there


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"registrants": [{"name": "Kepa", "surnames": "Inor Ez", "identifier": "", "birth_date": ""}]},
            "Kepa Inor Ez",
        ),
        ({"registrants": []}, ""),
        ({"move_date": "atzo"}, ""),
        ({"new_address": None}, ""),
    ],
)
def test_what_cannot_be_read_is_a_doubt(family: Any, changed: dict[str, Any], said: str) -> None:
    cast, *_people = family
    doubts = read_move(filed(cast, **changed)).doubts
    assert doubts
    assert said in " ".join(doubts)


def test_a_move_in_the_future_waits_for_its_day(family: Any) -> None:
    cast, ane, _june = family
    case_file = filed(cast, move_date="2099-01-01")
    do(walk_to(case_file, "resolution", cast.clerk()), cast.clerk())
    assert open_steps(case_file) == ["census_update"]
    assert Inscription.objects.filter(resident=ane).count() == 1


def test_another_procedures_census_step_stays_a_persons_task(family: Any) -> None:
    cast, *_people = family
    case_file = open_case_file(
        procedure=procedure("PADR", code="PAD-004"), data={}, parties=[party(cast.ane)], language="eu",
        actor=cast.citizen(cast.ane),
    )  # fmt: skip
    do(walk_to(case_file, "resolution", cast.clerk()), cast.clerk())
    assert open_steps(case_file) == ["census_update"]

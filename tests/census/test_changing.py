"""PAD-001, 002, 004, 005, 012 and 015: what the padron does by itself once it is granted, and what a clerk settles."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from case_files.models import CaseFile, CaseTask
from case_files.services import complete_task, open_case_file
from census.constants import Variation
from census.models import Movement, Resident
from census.services import home_of
from census.services.changing import place_code
from core.audit.models import AuditRow
from core.municipalities.constants import Module
from core.municipalities.models import ModuleAdoption
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError, forget_towns
from tests.case_files.files import do, party, procedure, walk_to
from tests.cast import Cast

from . import people
from .test_answers import HOME

DESK = "/mundaka/es/admin/census-desk/changes/"


def filed(cast: Cast, code: str, template: str = "PADR", **data: Any) -> CaseFile:
    return open_case_file(
        procedure=procedure(template, code=code), data=data, parties=[party(cast.ane)], language="eu",
        actor=cast.citizen(cast.ane),
    )  # fmt: skip


def granted(case_file: CaseFile, cast: Cast) -> list[str]:
    """The steps that wait for somebody after the resolution."""
    do(walk_to(case_file, "resolution", cast.clerk()), cast.clerk())
    return list(CaseTask.objects.filter(case_file=case_file, state="open").values_list("step", flat=True))


BIRTH = {
    "child_name": "Haizea",
    "child_surname1": "de la Etxebarria",
    "child_surname2": "Goiri",
    "birth_date": "2026-03-01",
    "birth_place": "Mundaka",
    "sex": "female",
    "address_registered": HOME,
    "other_parent_consent": True,
}


def test_a_granted_birth_is_registered_where_the_mother_lives(in_mundaka: Cast) -> None:
    mother = people.ane()
    case_file = filed(in_mundaka, "PAD-002", **BIRTH)
    assert "census_update" not in granted(case_file, in_mundaka)
    child = Resident.objects.get(given_name="Haizea")
    assert str(child) == "Haizea de la Etxebarria Goiri"
    assert home_of(child).dwelling_id == home_of(mother).dwelling_id  # type: ignore[union-attr]
    told = Movement.objects.get(variation=Variation.BIRTH)
    assert (told.case_reference, told.effective_on) == (case_file.reference, date(2026, 3, 1))
    assert (told.after["PART1"], told.after["FNAC"], told.before) == ("DE LA", "20260301", {})


@pytest.mark.parametrize(
    "unclear",
    [
        {"birth_place": "Inon"},
        {"other_parent_consent": False},
        {"address_registered": HOME | {"number": "8"}},
        {"child_name": "Maria Guadalupe de los Dolores"},
        {"birth_date": "2199-01-01"},
    ],
)
def test_a_birth_in_doubt_waits_for_a_clerk(in_mundaka: Cast, unclear: dict[str, Any]) -> None:
    people.ane()
    assert granted(filed(in_mundaka, "PAD-002", **BIRTH | unclear), in_mundaka) == ["census_update"]
    assert not Movement.objects.filter(variation=Variation.BIRTH).exists()
    assert CaseTask.objects.get(state="open").words


def test_one_datum_that_was_right_is_changed(in_mundaka: Cast) -> None:
    ane = people.ane()
    data = {"data_to_change": ["birth_date"], "current_value": "12/04/1988", "new_value": "1988-04-21"}
    case_file = filed(in_mundaka, "PAD-004", **data)
    granted(case_file, in_mundaka)
    ane.refresh_from_db()
    assert ane.born_on == date(1988, 4, 21)
    told = Movement.objects.get(variation=Variation.PERSONAL_DATA)
    assert (told.before["FNAC"], told.after["FNAC"]) == ("19880412", "19880421")
    assert AuditRow.objects.get(action="census.data_changed").data == {"fields": ["born_on"]}


@pytest.mark.parametrize(
    "unclear",
    [
        {"current_value": "1/1/1990"},
        {"new_value": "laster"},
        {"data_to_change": ["birth_date", "sex"]},
        {"data_to_change": ["id_document"], "current_value": "12345678Z", "new_value": "12345678A"},
    ],
)
def test_data_that_cannot_be_read_wait_for_a_clerk(in_mundaka: Cast, unclear: dict[str, Any]) -> None:
    people.ane()
    data = {"data_to_change": ["birth_date"], "current_value": "12/04/1988", "new_value": "1988-04-21"}
    assert granted(filed(in_mundaka, "PAD-004", **data | unclear), in_mundaka) == ["census_update"]


JUNE = [{"name": "June", "surnames": "Goiri Etxebarria", "identifier": "", "birth_date": ""}]


def test_who_goes_abroad_leaves_with_a_destination(in_mundaka: Cast) -> None:
    home = people.dwelling()
    people.ane(home)
    june = people.child(home)
    data = {"removal_reason": "moved_abroad", "effective_date": "2026-03-01", "destination_country": "Francia"}
    case_file = filed(in_mundaka, "PAD-005", "PADB", affected_persons=JUNE, address_affected=HOME, **data)
    granted(case_file, in_mundaka)
    assert home_of(june) is None
    told = Movement.objects.get(variation=Variation.DEPARTURE)
    assert (told.after["PRDP"], told.after["MUDP"], told.case_reference) == ("66", "110", case_file.reference)


def test_a_stranger_in_my_home_is_removed_as_undue_and_nobody_else(in_mundaka: Cast) -> None:
    june = people.child(people.dwelling())
    ane = people.ane(people.dwelling("9"))
    case_file = filed(in_mundaka, "PAD-015", "PADB", affected_persons=JUNE, address_affected=HOME)
    granted(case_file, in_mundaka)
    assert home_of(june) is None and home_of(ane) is not None
    assert Movement.objects.get(variation=Variation.UNDUE).case_reference == case_file.reference


def test_a_duplicate_is_always_looked_at(in_mundaka: Cast) -> None:
    home = people.dwelling()
    people.ane(home)
    people.child(home)
    data = {"removal_reason": "duplicate", "effective_date": "2026-03-01", "address_affected": HOME}
    case_file = filed(in_mundaka, "PAD-005", "PADB", affected_persons=JUNE, **data)
    assert granted(case_file, in_mundaka) == ["census_update"]


def test_a_place_is_known_by_either_name_of_the_town(in_mundaka: Cast) -> None:
    assert place_code("mundaka") == in_mundaka.mundaka.ine_code
    assert place_code("Barakaldo") == "48013"
    assert place_code("Inon") == ""


def at_the_desk(client: Client, case_file: CaseFile, **data: Any) -> str:
    page = f"{DESK}{case_file.reference}/"
    assert client.get(page).status_code == 200
    response = client.post(page, data)
    assert response.status_code == 302, response.content.decode()[-3000:]
    return str(response.headers["Location"])


PERSON = {
    "p0-given_name": "Haizea", "p0-surname1": "Etxebarria", "p0-sex": "6", "p0-born_on": "2000-03-01",
    "p0-birth_code": "48020", "p0-nationality": "108", "p0-identifier_type": "0",
}  # fmt: skip


def test_the_step_is_not_ticked_off_while_the_census_is_as_it_was(clerk_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        people.ane()
        case_file = filed(cast, "PAD-002", **BIRTH | {"birth_place": "Inon"})
        assert granted(case_file, cast) == ["census_update"]
        task = CaseTask.objects.select_related("case_file").get(state="open")
        for said in ({}, {"nothing_changes": True}):
            with pytest.raises(DomainError):
                complete_task(task=task, actor=cast.clerk(), **said)
        case_file.refresh_from_db()
    page = f"/mundaka/es/admin/case-files/{case_file.reference}/complete/"
    refused = clerk_client.post(page, {"seen": case_file.version}).content.decode()
    assert "errsum" in refused and f"{DESK}{case_file.reference}/" in refused
    sent = {"seen": case_file.version, "nothing_changes": "on", "note": "La niña ya está inscrita"}
    assert clerk_client.post(page, sent).status_code == 302
    with acting_for(cast.mundaka.pk):
        assert not Movement.objects.filter(case_reference=case_file.reference).exists()
        assert CaseTask.objects.get(state="open").step == "ine_variation"
        assert AuditRow.objects.filter(action="case_files.step_unchanged").exists()
        assert case_file.events.filter(code="note", params__text="La niña ya está inscrita").exists()


def test_a_town_that_keeps_its_census_elsewhere_gives_its_word(in_mundaka: Cast) -> None:
    ModuleAdoption.objects.filter(municipality=in_mundaka.mundaka, module=Module.CENSUS).delete()
    forget_towns()
    case_file = filed(in_mundaka, "PAD-002", **BIRTH)
    granted(case_file, in_mundaka)
    complete_task(task=CaseTask.objects.get(state="open", step="census_update"), actor=in_mundaka.clerk())
    assert case_file.events.filter(code="step_done", params__step="census_update").exists()


def test_a_clerk_registers_an_arrival_from_the_file(clerk_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        home = people.dwelling()
        registrants = [{"name": "Haizea", "surnames": "Etxebarria Goiri", "identifier": "", "birth_date": "2000-03-01"}]
        case_file = filed(
            cast, "PAD-001", new_address=HOME, registrants=registrants, move_date="2026-03-01",
            previous_municipality="Bilbao",
        )  # fmt: skip
        assert granted(case_file, cast) == ["census_update"]
    shown = clerk_client.get(f"{DESK}{case_file.reference}/").content.decode()
    assert 'value="Haizea"' in shown and 'value="48020"' in shown
    at_the_desk(clerk_client, case_file, dwelling=home.pk, on="2026-03-01", origin="48020", people="1", **PERSON)
    with acting_for(cast.mundaka.pk):
        told = Movement.objects.get(variation=Variation.ARRIVAL)
        assert (told.case_reference, told.after["PRDP"] + told.after["MUDP"]) == (case_file.reference, "48020")
        assert "census_update" not in CaseTask.objects.filter(state="open").values_list("step", flat=True)
    # a second time changes nothing
    clerk_client.post(
        f"{DESK}{case_file.reference}/", {"dwelling": home.pk, "on": "2026-03-01", "people": "1", **PERSON}
    )
    with acting_for(cast.mundaka.pk):
        assert Movement.objects.filter(variation=Variation.ARRIVAL).count() == 1


def test_a_clerk_registers_a_birth_in_doubt(clerk_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        ane = people.ane()
        case_file = filed(cast, "PAD-002", **BIRTH | {"birth_place": "Inon"})
        granted(case_file, cast)
    at_the_desk(clerk_client, case_file, residents=[ane.pk], **PERSON | {"p0-born_on": "2026-03-01"})
    with acting_for(cast.mundaka.pk):
        assert Movement.objects.get(variation=Variation.BIRTH).case_reference == case_file.reference


def test_a_clerk_changes_what_she_fills_in_and_nothing_else(clerk_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        ane = people.ane()
        case_file = filed(cast, "PAD-004", data_to_change=["name"], current_value="Ane", new_value="Anne")
        granted(case_file, cast)
    at_the_desk(clerk_client, case_file, other="12345678Z", **{"p0-given_name": "Anne"})
    with acting_for(cast.mundaka.pk):
        ane.refresh_from_db()
        assert (ane.nationality, ane.identifier, ane.sex) == ("108", "12345678Z", "6")
        assert str(ane) == "Anne Etxebarria Uriarte"
        assert Movement.objects.get(variation=Variation.PERSONAL_DATA).after["NOMB"] == "Anne"


def test_a_clerk_removes_and_renews(clerk_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        ane = people.ane(nationality="228")
        renewal = filed(cast, "PAD-012", "PADA", nationality="?")
        removal = filed(cast, "PAD-005", "PADB", removal_reason="duplicate", address_affected=HOME)
        walk_to(renewal, "census_update", cast.clerk())
        granted(removal, cast)
    at_the_desk(clerk_client, renewal, residents=[ane.pk], variation="MRN")
    with acting_for(cast.mundaka.pk):
        assert Movement.objects.get(variation=Variation.RENEWAL).case_reference == renewal.reference
    at_the_desk(clerk_client, removal, residents=[ane.pk], variation="BDU", on="2026-03-01", destination="")
    with acting_for(cast.mundaka.pk):
        assert home_of(ane) is None


def test_before_its_step_a_file_changes_nothing(clerk_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        ane = people.ane()
        case_file = filed(cast, "PAD-004", data_to_change=["name"], current_value="Ane", new_value="Anne")
    clerk_client.post(f"{DESK}{case_file.reference}/", {"residents": [ane.pk], "p0-given_name": "Anne"})
    with acting_for(cast.mundaka.pk):
        assert not Movement.objects.filter(variation=Variation.PERSONAL_DATA).exists()
        assert clerk_client.get(f"{DESK}XXX-2026-000001/").status_code == 404

"""PAD-007, 008, 011, 012, 013 and 019: answered at once by the census, or left to a clerk."""

import csv
import io
from datetime import date
from typing import Any

import pytest

from case_files.models import CaseFile
from case_files.services import open_case_file
from census.automatic import (
    certificate_of_absence,
    confirm,
    individual_certificate,
    population_counts,
    renew,
    slip_of_household,
)
from census.constants import IdentifierType, Variation
from census.models import Movement, Resident
from census.services import register_arrival, remove
from census.services.statements import in_two_years
from census.services.statistics import HIDDEN
from core.documents.contexts import missing_keys
from core.documents.models import Document
from core.documents.services import open_blob, render_now, save_all
from core.municipalities.services import DomainError
from tests.case_files.files import party, procedure
from tests.cast import Cast

from . import people

HOME = {"street": "Intxaurrondo", "number": "5", "floor": "2. EZK", "postcode": "", "town": "Mundaka"}


def asked(cast: Cast, code: str, **data: Any) -> CaseFile:
    return open_case_file(
        procedure=procedure("INST", code=code, automatic=True),
        data=data,
        parties=[party(cast.ane)],
        language="eu",
        actor=cast.citizen(cast.ane),
    )


def left_to_clerk(answer: Any, case_file: CaseFile, cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        answer(case_file, cast.citizen(cast.ane))
    assert refusal.value.code == "clerk"
    assert not Document.objects.filter(template="extract").exists()


def said_by(document: Document) -> str:
    assert missing_keys("extract", document.context) == []
    return str(document.context)


def test_a_certificate_says_where_she_lives_and_that_it_is_an_automated_act(in_mundaka: Cast) -> None:
    people.ane()
    case_file = asked(in_mundaka, "PAD-008", purpose="court", document_language="bilingual")
    document = individual_certificate(case_file, in_mundaka.citizen(in_mundaka.ane))
    text = said_by(document)
    for words in ("Ane Etxebarria Uriarte", "15/01/2020", "Intxaurrondo kalea 5", "40/2015", "Juzgado"):
        assert words in text
    assert (document.language, document.context["holder_identifier"]) == ("bi", "12345678Z")
    save_all([document])  # as the submission does
    assert render_now(document).sealed_at


def test_nobody_is_certified_who_does_not_live_here(in_mundaka: Cast) -> None:
    left_to_clerk(individual_certificate, asked(in_mundaka, "PAD-008", purpose="court"), in_mundaka)


def test_the_household_of_one_adult_is_said_with_masked_documents(in_mundaka: Cast) -> None:
    home = people.dwelling()
    people.ane(home)
    june = people.child(home)
    june.identifier, june.identifier_type = "87654321X", IdentifierType.DNI
    june.save()
    case_file = asked(in_mundaka, "PAD-007", address_registered=HOME, document_language="es")
    text = said_by(slip_of_household(case_file, in_mundaka.citizen(in_mundaka.ane)))
    assert "June Goiri Etxebarria" in text and "***5432**" in text
    assert "87654321X" not in text


def test_another_adult_or_another_address_is_a_clerks_matter(in_mundaka: Cast) -> None:
    home = people.dwelling()
    people.ane(home)
    elsewhere = asked(in_mundaka, "PAD-007", address_registered=HOME | {"number": "9"})
    left_to_clerk(slip_of_household, elsewhere, in_mundaka)
    register_arrival(
        personal=people.personal(given_name="Jon", identifier="00000023T"), dwelling=home, on=date(2021, 1, 1),
        actor=people.system(),
    )  # fmt: skip
    left_to_clerk(slip_of_household, asked(in_mundaka, "PAD-007", address_registered=HOME), in_mundaka)


def test_who_never_lived_here_gets_a_negative_certificate(in_mundaka: Cast) -> None:
    document = certificate_of_absence(asked(in_mundaka, "PAD-011", purpose="x"), in_mundaka.citizen(in_mundaka.ane))
    assert document.title_es == "Certificado negativo de empadronamiento"
    assert "12345678Z" in said_by(document)


def test_who_left_gets_the_days_of_her_stay(in_mundaka: Cast) -> None:
    ane = people.ane()
    left_to_clerk(certificate_of_absence, asked(in_mundaka, "PAD-011", purpose="x"), in_mundaka)
    remove(resident=ane, variation=Variation.DEPARTURE, on=date(2025, 2, 1), destination="48020", actor=people.system())
    document = certificate_of_absence(asked(in_mundaka, "PAD-011", purpose="x"), in_mundaka.citizen(in_mundaka.ane))
    assert document.title_es == "Certificado de baja en el padrón"
    assert "15/01/2020" in said_by(document) and "01/02/2025" in said_by(document)
    past = asked(in_mundaka, "PAD-011", purpose="x", reference_date="2024-01-01")
    with pytest.raises(DomainError):
        certificate_of_absence(past, in_mundaka.citizen(in_mundaka.ane))


def test_a_namesake_without_that_document_keeps_the_machine_from_saying_nobody(in_mundaka: Cast) -> None:
    people.ane(identifier="", identifier_type=IdentifierType.NONE)
    left_to_clerk(certificate_of_absence, asked(in_mundaka, "PAD-011", purpose="x"), in_mundaka)


def staying(code: str, country: str, **more: Any) -> dict[str, Any]:
    people.ane(nationality=code)
    return {
        "nationality": country, "id_doc_number": "12345678-z", "current_address": HOME, "still_resident": True,
    } | more  # fmt: skip


def test_a_renewal_is_told_to_the_ine_and_proved(in_mundaka: Cast) -> None:
    case_file = asked(in_mundaka, "PAD-012", **staying("228", "Maroko"))
    for _twice in range(2):
        document = renew(case_file, in_mundaka.citizen(in_mundaka.ane))
    assert document.title_es == "Justificante de renovación padronal"
    told = Movement.objects.get(variation=Variation.RENEWAL)
    assert told.case_reference == case_file.reference
    assert told.before == told.after != {}


def test_a_european_confirms_and_does_not_renew(in_mundaka: Cast) -> None:
    data = staying("123", "Portugal")
    left_to_clerk(renew, asked(in_mundaka, "PAD-012", **data), in_mundaka)
    confirm(asked(in_mundaka, "PAD-013", **data), in_mundaka.citizen(in_mundaka.ane))
    assert Movement.objects.filter(variation=Variation.CONFIRMATION).count() == 1


@pytest.mark.parametrize(
    "wrong", [{"nationality": "Portugal"}, {"id_doc_number": "X1"}, {"current_address": HOME | {"floor": "7"}}]
)
def test_what_does_not_agree_with_the_census_is_not_renewed(in_mundaka: Cast, wrong: dict[str, Any]) -> None:
    left_to_clerk(renew, asked(in_mundaka, "PAD-012", **staying("228", "Marruecos", **wrong)), in_mundaka)
    assert not Movement.objects.filter(variation=Variation.RENEWAL).exists()


def test_two_years_from_the_29th_of_february_end_on_the_28th() -> None:
    assert in_two_years(date(2028, 2, 29)) == date(2030, 2, 28)
    assert in_two_years(date(2026, 11, 22)) == date(2028, 11, 22)


def crowd() -> list[Resident]:
    """Six women and five men of one country, two from another."""
    home = people.dwelling()
    made = []
    for position in range(13):
        made.append(
            people.ane(
                home,
                identifier=f"{position:08d}X",
                sex="6" if position < 8 else "1",
                nationality="228" if position < 2 else "108",
            )
        )
    return made


def counts(cast: Cast, **data: Any) -> dict[tuple[str, str], str]:
    case_file = asked(cast, "PAD-019", **({"reference_date": "2026-01-01", "format": "csv"} | data))
    document = population_counts(case_file, cast.citizen(cast.ane))
    with open_blob(document.versions.get()) as file:
        rows = csv.DictReader(io.StringIO(file.read().decode("utf-8-sig")), delimiter=";")
        return {(row["breakdown"], row["code"]): row["inhabitants"] for row in rows}


def test_counts_come_as_a_file_and_small_ones_are_not_shown(in_mundaka: Cast) -> None:
    crowd()
    found = counts(in_mundaka, statistic_breakdown=["sex", "nationality"])
    assert found["total", ""] == "13"
    assert (found["sex", "6"], found["sex", "1"]) == ("8", "5")
    # two Moroccans are hidden, and the rest would give them away
    assert (found["nationality", "228"], found["nationality", "108"]) == (HIDDEN, HIDDEN)


def test_counts_are_of_the_day_that_was_asked(in_mundaka: Cast) -> None:
    for one in crowd()[:3]:
        remove(resident=one, variation=Variation.DEATH, on=date(2025, 6, 1), actor=people.system())
    assert counts(in_mundaka, statistic_breakdown=["age"])["total", ""] == "10"
    assert counts(in_mundaka, statistic_breakdown=["age"], reference_date="2025-01-01")["total", ""] == "13"


def test_counts_on_paper_name_nobody(in_mundaka: Cast) -> None:
    crowd()
    case_file = asked(
        in_mundaka, "PAD-019", reference_date="2026-01-01", format="pdf",
        statistic_breakdown=["sex", "age", "district", "birth_place", "nationality"],
    )  # fmt: skip
    text = said_by(population_counts(case_file, in_mundaka.citizen(in_mundaka.ane)))
    assert "13" in text and "Etxebarria" not in text


def test_a_day_without_anybody_is_a_clerks_and_one_to_come_is_refused(in_mundaka: Cast) -> None:
    people.ane()
    past = asked(in_mundaka, "PAD-019", reference_date="1999-01-01", format="csv", statistic_breakdown=["sex"])
    left_to_clerk(population_counts, past, in_mundaka)
    later = asked(in_mundaka, "PAD-019", reference_date="2199-01-01", format="csv", statistic_breakdown=["sex"])
    with pytest.raises(DomainError) as refusal:
        population_counts(later, in_mundaka.citizen(in_mundaka.ane))
    assert refusal.value.code != "clerk"

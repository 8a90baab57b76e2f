"""The catalogue loads whole, twice, and says where a table is wrong."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.municipalities.scope import acting_for
from procedures.catalogue import find_definition, forget_definitions
from procedures.management.commands.load_catalogue import DATA
from procedures.models import (
    DocumentType,
    Family,
    FormVersion,
    LegalReference,
    LifeEvent,
    Procedure,
    ProcedureField,
    TownProcedure,
    WorkflowStep,
    WorkflowTemplate,
)
from procedures.services import enable_procedures, find_town_procedure
from tests.cast import Cast

COUNTS = {
    Procedure: 252,
    Family: 29,
    LifeEvent: 42,
    DocumentType: 122,
    LegalReference: 96,
    WorkflowTemplate: 25,
    WorkflowStep: 85,
}


def load(folder: Path = DATA) -> None:
    call_command("load_catalogue", folder=folder, stdout=StringIO())


def test_everything_is_there_and_loading_twice_changes_nothing(db: None) -> None:
    load()
    before = {
        "ids": list(Procedure.objects.values_list("pk", "form_version_id", "name_eu", "name_es", "name_en")),
        "forms": FormVersion.objects.count(),
        "fields": ProcedureField.objects.count(),
    }
    load()
    assert {model: model.objects.count() for model in COUNTS} == COUNTS
    assert before["ids"] == list(
        Procedure.objects.values_list("pk", "form_version_id", "name_eu", "name_es", "name_en")
    )
    assert before["forms"] == FormVersion.objects.count() == 252
    assert before["fields"] == ProcedureField.objects.count()


def test_a_procedure_has_its_parsed_term_and_labels_in_three_languages(catalogue: None) -> None:
    minor_works = Procedure.objects.get(code="URB-002")
    assert (minor_works.term_value, minor_works.term_unit, minor_works.silence) == (1, "months", "positive")
    definition = find_definition("PAD-006")
    assert definition and definition.automatic and definition.term_unit == "immediate"
    purpose = definition.form.fields[0]
    assert purpose.labels["eu"] == "Zertarako behar duzu?"  # the row PAD-006.purpose, not the plain one
    assert {"value": "bank", "eu": "Bankua", "es": "Banco", "en": "Bank"} in purpose.options


def test_the_texts_that_the_operator_edited_survive_the_next_release(catalogue: None) -> None:
    from django.utils import timezone

    Procedure.objects.filter(code="REG-001").update(name_eu="Edozer eskatzea", edited_at=timezone.now())
    load()
    assert Procedure.objects.get(code="REG-001").name_eu == "Edozer eskatzea"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("procedures", "PAD-001;padron;", "PAD-001;padronn;", "procedures.csv, row 2, column family: “padronn”"),
        ("procedures", "move_date:date:required", "move_date:day:required", "row 2, column form_fields: “move_date"),
        ("procedures", ";certificate;Ley 7", ";seal;Ley 7", "row 2, column identity_level_required: “seal”"),
        ("procedures", ";3 months;positive;", ";soon;positive;", "row 2, column resolution_deadline: “soon”"),
        ("procedures", "id housing_title", "id house", "row 2, column document_codes: “house”"),
        ("families", "Errolda eta zentsua", "", "families.csv, row 2, column name_eu: is empty"),
        ("workflows", "submit>register_in>receipt>route", "submit>stamp>receipt>route", "column steps: “stamp”"),
        ("conditions", "minors_included", "phone_contact", "row 3, column when: “phone_contact”"),
    ],
)
def test_a_wrong_table_is_refused_with_its_row_and_column(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    table = tmp_path / f"{file}.csv"
    text = table.read_text()
    assert old in text
    table.write_text(text.replace(old, new, 1))
    with pytest.raises(CommandError) as error:
        load(tmp_path)
    assert message in str(error.value)


def test_a_template_that_needs_a_clerk_cannot_be_automatic(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    table = tmp_path / "procedures.csv"
    lines = table.read_text().splitlines()
    lines[1] = lines[1].replace(";no;census_entry", ";yes;census_entry")
    table.write_text("\n".join(lines))
    with pytest.raises(CommandError, match="column automatic: only BOOK, INPA, INST, PADA"):
        load(tmp_path)


def test_a_town_switches_procedures_on_and_each_goes_to_the_unit_of_its_family(
    catalogue: None, in_mundaka: Cast
) -> None:
    assert enable_procedures(in_mundaka.mundaka.pk, ["URB-002", "REG-001"]) == 2
    assert enable_procedures(in_mundaka.mundaka.pk) == 250
    assert enable_procedures(in_mundaka.mundaka.pk) == 0
    works = find_town_procedure(in_mundaka.mundaka.pk, "URB-002")
    general = find_town_procedure(in_mundaka.mundaka.pk, "REG-001")
    assert works and works.unit and works.unit.code == "urban"
    assert general and general.unit and general.unit.code == "secretariat"
    assert find_town_procedure(in_mundaka.balmaseda.pk, "URB-002") is None


def test_a_town_cannot_switch_on_another_towns_procedure(catalogue: None, cast: Cast) -> None:
    from django.db import DatabaseError, transaction

    with acting_for(cast.mundaka.pk), pytest.raises(DatabaseError), transaction.atomic():
        TownProcedure.objects.create(municipality=cast.balmaseda, procedure=Procedure.objects.get(code="REG-001"))


def test_a_definition_is_read_once(catalogue: None) -> None:
    forget_definitions()
    find_definition("URB-002")
    with CaptureQueriesContext(connection) as queries:
        assert find_definition("URB-002")
    assert len(queries) == 0


def test_a_question_that_hangs_on_an_answer_stands_on_its_page(catalogue: None) -> None:
    definition = find_definition("PAD-001")
    assert definition
    pages = {field.name: field.page for field in definition.form.fields}
    assert pages["other_parent_consent"] == pages["minors_included"]
    consent = next(field for field in definition.form.fields if field.name == "other_parent_consent")
    assert consent.is_asked({"minors_included": "yes"})
    assert not consent.is_asked({"minors_included": "no"})


def test_no_page_asks_more_than_seven_things(catalogue: None) -> None:
    for code in Procedure.objects.values_list("code", flat=True):
        definition = find_definition(code)
        assert definition
        assert all(1 <= len(definition.form.on_page(page)) <= 7 for page in definition.form.pages), code
        assert definition.form.pages == list(range(1, len(definition.form.pages) + 1)), code


def test_short_forms_have_one_page(catalogue: None) -> None:
    for code in ("PAD-006", "REG-001", "TRI-001"):
        definition = find_definition(code)
        assert definition and definition.form.pages == [1], code

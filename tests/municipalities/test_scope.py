"""The doors."""

import pytest
from django.db import DatabaseError, connection, transaction

from case_files.models import CaseFile
from core.municipalities.models import Unit
from core.municipalities.scope import acting_for, current, reading_own, whole_province
from tests.cast import Cast


def refused(question: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        question()  # type: ignore[operator]


@pytest.fixture
def files(cast: Cast) -> Cast:
    for town in (cast.mundaka, cast.balmaseda):
        with acting_for(town.pk):
            CaseFile.objects.create(reference=f"{town.code}-1", procedure_code="REG-001", title_eu="a", title_es="b")
    return cast


def test_without_a_door_every_question_is_an_error(files: Cast) -> None:
    refused(CaseFile.objects.count)
    refused(lambda: CaseFile.objects.create(municipality=files.mundaka, reference="x"))


def test_a_town_sees_its_own_rows_only(files: Cast) -> None:
    with acting_for(files.mundaka.pk):
        assert [f.reference for f in CaseFile._base_manager.all()] == ["MUN-1"]
    refused(CaseFile.objects.count)


def test_doors_nest_and_close_again(files: Cast) -> None:
    with acting_for(files.mundaka.pk):
        with acting_for(files.balmaseda.pk):
            assert CaseFile._base_manager.get().reference == "BAL-1"
        assert CaseFile._base_manager.get().reference == "MUN-1"
        with pytest.raises(ValueError), whole_province("test"):
            raise ValueError
        assert current().municipality == files.mundaka.pk
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("biscaytik_app",)


def test_a_citizen_reads_no_file_she_is_no_party_of(files: Cast) -> None:
    with reading_own(files.ane.person_id):
        assert CaseFile.objects.count() == 0
        refused(lambda: CaseFile.objects.create(municipality=files.mundaka, reference="y"))


def test_nothing_is_written_into_another_town_nor_moved_there(files: Cast) -> None:
    theirs = Unit.objects.filter(municipality=files.balmaseda).values_list("pk", flat=True)[0]
    with acting_for(files.mundaka.pk):
        refused(lambda: CaseFile.objects.create(municipality=files.balmaseda, reference="z", procedure_code="x"))
        refused(lambda: CaseFile.objects.update(municipality=files.balmaseda))
        # a town's public rows are read by all and written by it alone
        assert Unit.objects.filter(pk=theirs).update(name_eu="x") == 0
        assert Unit.objects.filter(pk=theirs).delete() == (0, {})
        refused(lambda: Unit.objects.filter(municipality=files.mundaka).update(municipality=files.balmaseda))

"""Whoever may write past the application is found out by the chain: here the owner of the tables tampers."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.db.models import Model
from django.utils import translation

from core.municipalities.scope import acting_for, whole_province
from registry.constants import AnnotationKind, BookKind, Problem
from registry.models import Annotation, Book, DayClosure, Entry
from registry.services import Flaw, annotate, verify_book
from registry.services.chain import hash_of
from tests.cast import Cast

from .cases import enter

Owner = Callable[[str], object]


@pytest.fixture
def book(transactional_db: None, cast: Cast) -> Book:
    """Six entries of Mundaka and two annotations; as many of Balmaseda, which nothing here may touch."""
    for town, clerk in ((cast.balmaseda, cast.koldo), (cast.mundaka, cast.miren)):
        with acting_for(town.pk):
            entries = [enter(cast, f"k{n}") for n in range(1, 7)]
            for n, kind in ((2, AnnotationKind.CORRECTION), (5, AnnotationKind.ANNULMENT)):
                annotate(entry=entries[n - 1], kind=kind, text="Gaizki idatzia", actor=cast.clerk(clerk))
    return entries[0].book


def found(book: Book) -> list[Flaw]:
    with acting_for(book.municipality_id or 0):
        return verify_book(book)


def test_an_untouched_book_has_no_flaw(book: Book) -> None:
    assert found(book) == []


E, A = "registry_entry", "registry_annotation"
CHANGED, MISSING, REORDERED = Problem.CHANGED, Problem.MISSING, Problem.REORDERED
TAMPERINGS = {
    "a changed subject": (f"UPDATE {E} SET summary = 'x' WHERE number = 3", [(3, CHANGED)]),
    "a changed party": (f"UPDATE {E} SET party = '{{}}' WHERE number = 6", [(6, CHANGED)]),
    "an entry made earlier": (f"UPDATE {E} SET at = at - interval '1 day' WHERE number = 4", [(4, CHANGED)]),
    "a term made longer": (f"UPDATE {E} SET deemed_at = deemed_at + interval '1 day' WHERE number = 1", [(1, CHANGED)]),
    "an exchanged attachment": (
        f"""UPDATE {E} SET attachments = '[{{"sha256": "00"}}]' WHERE number = 2""",
        [(2, CHANGED)],
    ),
    "another actor": (f"""UPDATE {E} SET actor = actor || '{{"name": "x"}}' WHERE number = 2""", [(2, CHANGED)]),
    "one taken out": (f"DELETE FROM {E} WHERE number = 3", [(3, MISSING)]),
    "two taken out": (f"DELETE FROM {E} WHERE number IN (3, 4)", [(3, MISSING), (4, MISSING)]),
    "the last one taken out": (f"DELETE FROM {E} WHERE number = 6", [(6, MISSING)]),
    "all taken out": (f"DELETE FROM {E} WHERE true", [(n, MISSING) for n in range(1, 7)]),
    "two exchanged": (
        f"UPDATE {E} SET number = CASE number WHEN 3 THEN 104 ELSE 103 END WHERE number IN (3, 4); "
        f"UPDATE {E} SET number = number - 100 WHERE number > 100",
        [(3, REORDERED), (4, REORDERED)],
    ),
    "a changed hash": (f"UPDATE {E} SET hash = repeat('0', 64) WHERE number = 3", [(3, CHANGED)]),
    "the book's own end": ("UPDATE registry_book SET last_hash = repeat('0', 64)", [(6, CHANGED)]),
    "one added behind the end": (
        f"INSERT INTO {E} (municipality_id, book_id, number, at, deemed_at, mode, summary, party, procedure_code, "
        "case_reference, language, attachments, content, key, actor, previous_hash, hash) SELECT municipality_id, "
        "book_id, 7, at, deemed_at, mode, summary, party, procedure_code, case_reference, language, attachments, "
        f"content, 'k7', actor, previous_hash, hash FROM {E} WHERE number = 6",
        [(7, Problem.ADDED)],
    ),
}
NOTES = {
    "a changed reason": (f"UPDATE {A} SET text = 'x' WHERE number = 1", [(1, CHANGED)]),
    "an annulment taken back": (f"DELETE FROM {A} WHERE number = 2", [(2, MISSING)]),
    "an annotation on another entry": (f"UPDATE {A} SET entry_id = entry_id + 1 WHERE number = 2", [(2, CHANGED)]),
}


def only_there(sql: str, book: Book) -> str:
    """The statements, for this book's town alone."""
    mine = f"municipality_id = {book.municipality_id} AND "
    return sql.replace("WHERE ", f"WHERE {mine}") if "WHERE" in sql else f"{sql} WHERE {mine} true"


@pytest.mark.parametrize("name", TAMPERINGS)
def test_the_chain_names_exactly_what_was_done(name: str, book: Book, as_owner: Owner) -> None:
    sql, expected = TAMPERINGS[name]
    if "DELETE" in sql:
        as_owner(f"DELETE FROM {A}")
        as_owner("UPDATE registry_book SET last_annotation = 0, last_annotation_hash = ''")
    as_owner(only_there(sql, book))
    assert [(flaw.number, flaw.problem) for flaw in found(book)] == expected


@pytest.mark.parametrize("name", NOTES)
def test_annotations_are_chained_too(name: str, book: Book, as_owner: Owner) -> None:
    sql, expected = NOTES[name]
    as_owner(only_there(sql, book))
    assert [(flaw.number, flaw.problem) for flaw in found(book) if flaw.annotation] == expected


def test_an_entry_rewritten_with_a_fitting_hash_is_remembered_by_the_next(book: Book, as_owner: Owner) -> None:
    with acting_for(book.municipality_id or 0):
        entry = Entry.objects.select_related("book").get(number=3)
        entry.summary = "x"
        fitting = hash_of(entry, entry.book.kind)
    as_owner(f"UPDATE {E} SET summary = 'x', hash = '{fitting}' WHERE id = {entry.pk}")
    assert [(flaw.number, flaw.problem) for flaw in found(book)] == [(3, CHANGED)]


def test_a_book_cut_short_together_with_its_counter_contradicts_the_closure(book: Book, as_owner: Owner) -> None:
    with acting_for(book.municipality_id or 0):
        last = Entry.objects.get(number=6)
        DayClosure.objects.create(book=book, day=last.at.date(), last_number=6, last_hash=last.hash)
    as_owner(f"DELETE FROM {A}")
    as_owner(only_there(f"DELETE FROM {E} WHERE number = 6", book))
    as_owner(
        only_there(
            f"UPDATE registry_book SET last_number = 5, last_hash = '{last.previous_hash}', "
            "last_annotation = 0, last_annotation_hash = ''",
            book,
        )
    )
    assert [(flaw.number, flaw.problem) for flaw in found(book)] == [(6, MISSING)]


@translation.override("en")  # commands speak the language that is active
def test_the_command_names_the_flaws_and_fails(book: Book, as_owner: Owner) -> None:
    out, err = StringIO(), StringIO()
    call_command("verify_book", town="mundaka", year=book.year, kind=BookKind.ENTRY, stdout=out, stderr=err)
    assert "6 entries, as it was written" in out.getvalue()
    as_owner(only_there(f"UPDATE {E} SET summary = 'x' WHERE number = 3", book))
    with pytest.raises(CommandError, match="1 flaws"):
        call_command("verify_book", town="mundaka", stdout=out, stderr=err)
    assert f"{book} Entry 3: It is not what was entered" in err.getvalue()
    call_command("verify_book", town="balmaseda", stdout=out, stderr=err)


@pytest.mark.parametrize("model", [Entry, Annotation, DayClosure])
@pytest.mark.parametrize("sql", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_application_can_neither_change_nor_delete_what_stands_there(
    in_mundaka: Cast, model: type[Model], sql: str
) -> None:
    for door in (acting_for(in_mundaka.mundaka.pk), whole_province("test")):
        with door, pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(sql.format(model._meta.db_table))

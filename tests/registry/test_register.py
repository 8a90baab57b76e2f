"""Registering: numbers, times, the chain, and what never happens twice."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.audit.models import AuditRow
from core.audit.services import explain
from core.documents.models import Document
from core.identity.constants import Role
from core.municipalities.scope import acting_for, reading_own
from registry.constants import BookKind
from registry.models import Book, Entry
from registry.querysets import NUMBER
from registry.services import Filing, number_of, register_at_desk
from tests.cast import Cast

from .cases import enter


def test_numbers_start_at_one_and_have_no_gaps(in_mundaka: Cast) -> None:
    assert [enter(in_mundaka, f"k{n}").number for n in range(3)] == [1, 2, 3]


def test_a_number_is_written_with_year_and_book(in_mundaka: Cast) -> None:
    entry, leaving = enter(in_mundaka), enter(in_mundaka, "k2", kind=BookKind.EXIT)
    assert number_of(entry) == f"{entry.book.year}-E-000001"
    assert number_of(leaving) == f"{entry.book.year}-S-000001"


def test_what_is_in_the_table_is_what_the_verb_answers(in_mundaka: Cast) -> None:
    answered = enter(in_mundaka, attachments=[{"file_name": "a.pdf", "size": 3, "sha256": "00"}])
    stored = Entry.objects.get(pk=answered.pk)
    for field in Entry._meta.concrete_fields:
        assert getattr(stored, field.attname) == getattr(answered, field.attname), field.attname


def test_the_hash_covers_everything_and_the_entry_before(in_mundaka: Cast) -> None:
    first, second = enter(in_mundaka), enter(in_mundaka, "k2")
    rest = {
        "municipality_id": in_mundaka.mundaka.pk,
        "book_kind": "E",
        "mode": "02",
        "summary": second.summary,
        "person_id": None,
        "party": second.party,
        "procedure_code": "",
        "case_reference": "",
        "unit_id": None,
        "language": "eu",
        "attachments": [],
        "content": second.content,
        "receipt_id": None,
        "key": "k2",
        "actor": second.actor,
    }
    at, deemed = (m.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for m in (second.at, second.deemed_at))
    whole = json.dumps([first.hash, 2, at, deemed, rest], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert second.hash == hashlib.sha256(whole.encode()).hexdigest()
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)


def test_the_same_key_enters_once(in_mundaka: Cast) -> None:
    first = enter(in_mundaka)
    assert enter(in_mundaka, summary="something else") == first
    assert Book.objects.get().last_number == 1


def test_each_town_has_its_own_numbers_and_sees_only_its_own(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        enter(cast)
    with acting_for(cast.balmaseda.pk):
        assert enter(cast).number == 1
        assert Entry.objects.count() == 1


def test_the_person_reads_her_entries_in_every_town(cast: Cast) -> None:
    for town in (cast.mundaka, cast.balmaseda):
        with acting_for(town.pk):
            enter(cast, person=cast.ane.person)
            enter(cast, "k2", person=cast.jon.person)
    with reading_own(cast.ane.person_id or 0):
        assert Entry.objects.count() == 2


def test_the_receipt_gets_its_number(in_mundaka: Cast) -> None:
    receipt = Document.objects.create(
        kind="TD09", title_eu="Agiria", title_es="Justificante", csv="C" * 16, template="receipt", context={"a": 1}
    )
    entry = enter(in_mundaka, receipt=receipt)
    context = Document.objects.get(pk=receipt.pk).context
    assert (context["a"], context["number"], context["hash"]) == (1, number_of(entry), entry.hash)


def test_an_entry_costs_one_statement_with_its_audit_row(in_mundaka: Cast) -> None:
    enter(in_mundaka)
    with CaptureQueriesContext(connection) as statements:
        enter(in_mundaka, "k2")
    assert len(statements) == 1, statements.captured_queries


def test_the_audit_says_who_entered_what_about_whom(in_mundaka: Cast) -> None:
    entry = enter(in_mundaka, person=in_mundaka.ane.person)
    audit = AuditRow.objects.get(action="registry.registered")
    assert (audit.object_type, audit.object_id, audit.object_ref) == ("registry.entry", entry.pk, number_of(entry))
    assert (audit.actor_user_id, audit.subject_person_id) == (in_mundaka.ane.pk, in_mundaka.ane.person_id)
    assert (audit.at, audit.municipality_id) == (entry.at, in_mundaka.mundaka.pk)
    with translation.override("en"):
        assert explain(audit) == f"Entered in the registry: {number_of(entry)}"


def test_without_a_door_nothing_is_entered(cast: Cast) -> None:
    with pytest.raises(ValueError, match="door"):
        enter(cast)


def test_numbers_with_a_point_stay_as_they_were_written(in_mundaka: Cast) -> None:
    entry = enter(in_mundaka, content={"big": 1e22, "small": 0.1, "whole": 7})
    assert Entry.objects.get(pk=entry.pk).content == {"big": "1e+22", "small": "0.1", "whole": 7}


def test_the_time_is_that_of_the_number_and_not_of_the_transaction(in_mundaka: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.05)")
        entry = enter(in_mundaka)
        cursor.execute("SELECT now()")
        (transaction_began,) = cursor.fetchone()
    assert transaction_began < entry.at <= datetime.now(UTC)


@given(number=st.integers(1, 9_999_999), year=st.integers(2020, 2099), kind=st.sampled_from(BookKind.values))
def test_a_number_fits_sicres_sorts_as_it_counts_and_is_read_back(number: int, year: int, kind: str) -> None:
    entry = Entry(book=Book(year=year, kind=kind), number=number)
    text = number_of(entry)
    assert len(text) <= 20
    assert (match := NUMBER.fullmatch(text))
    assert (int(match["year"]), match["kind"], int(match["number"])) == (year, kind, number)
    if number < 999_999:
        assert text < number_of(Entry(book=entry.book, number=number + 1))


def test_a_receipt_costs_one_statement_more(in_mundaka: Cast) -> None:
    enter(in_mundaka)
    receipt = Document.objects.create(kind="TD09", title_eu="A", title_es="J", csv="C" * 16, template="receipt")
    with CaptureQueriesContext(connection) as statements:
        enter(in_mundaka, "k2", receipt=receipt)
    assert len(statements) == 2, statements.captured_queries


def test_the_desk_s_verb_asks_for_the_role_itself(in_mundaka: Cast) -> None:
    """Whoever calls it: the page asks too, an API or a command may forget."""
    filing = Filing(kind=BookKind.ENTRY, summary="x", text="", name="x")
    for roles in (frozenset(), frozenset({Role.HANDLER})):
        with pytest.raises(PermissionDenied):
            register_at_desk(filing=filing, key="k", actor=replace(in_mundaka.clerk(), roles=roles))
    with pytest.raises(PermissionDenied):
        register_at_desk(filing=filing, key="k", actor=in_mundaka.citizen(in_mundaka.ane))
    assert not Entry.objects.exists()

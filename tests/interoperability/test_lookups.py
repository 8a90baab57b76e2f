"""Once only: what is looked up, on what ground, who sees it, and what an objection does."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import Http404
from django.utils import translation

from core.audit.services import SYSTEM, explain, readings_about
from core.identity.models import Person
from core.interoperability.constants import Basis, LookupState, all_kinds, kind_of_document
from core.interoperability.contrib.demo.gateway import GATEWAY
from core.interoperability.models import Consent, DataLookup
from core.interoperability.services import (
    ask_outside,
    can_be_asked,
    fail,
    give_consents,
    look_up,
    object_to,
    take_back,
    withdraw_consent,
)
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import DomainError
from tests.cast import Cast


def ask(cast: Cast, kind: str = "identity", person: Person | None = None, **more: object) -> DataLookup:
    return look_up(
        kind=kind,
        person=person or cast.ane.person,
        case_reference="MUN-2026-000001",
        procedure_code="VEH-002",
        purpose="Exención del IVTM",
        actor=more.pop("actor", SYSTEM),
        **more,
    )


def consented(cast: Cast, reference: str = "MUN-2026-000001") -> Consent:
    """Ane lets the town hall look up her disability for this case file."""
    given = Consent(
        person=cast.ane.person,
        kind="disability",
        case_reference=reference,
        procedure_code="VEH-002",
        text="Baimena ematen dut",
        version="x",
    )
    give_consents([given], actor=cast.citizen(cast.ane))
    return given


def test_what_a_special_law_guards_is_looked_up_only_with_her_consent(in_mundaka: Cast) -> None:
    assert {kind.code for kind in all_kinds().values() if kind.needs_consent} == {"disability", "tax", "income"}
    assert all(kind.law and kind.since.year > 2000 for kind in all_kinds().values())
    refused = ask(in_mundaka, "disability")
    assert (refused.state, refused.request_id, refused.basis) == (LookupState.FAILED, "", Basis.CONSENT)
    consented(in_mundaka, "MUN-2026-000009")  # for another file: worth nothing here
    assert ask(in_mundaka, "disability").state == LookupState.FAILED
    given = consented(in_mundaka)
    asked = ask(in_mundaka, "disability")
    assert (asked.state, asked.basis) == (LookupState.ASKED, Basis.CONSENT) and "9.2.a" in asked.legal_basis
    withdraw_consent(consent=given, actor=in_mundaka.citizen(in_mundaka.ane))
    assert ask_outside(asked.pk).state == LookupState.FAILED, "taken back before anybody was asked"
    with pytest.raises(Http404):
        withdraw_consent(consent=given, actor=in_mundaka.citizen(in_mundaka.jon))


def test_what_is_known_here_is_answered_at_once_with_source_ground_and_time(in_mundaka: Cast) -> None:
    found = ask(in_mundaka)
    assert (found.state, found.holds, found.source) == ("answered", True, "BiscayTIK")
    assert found.facts["number"] == "12345678Z" and found.answered_at and found.legal_basis.endswith("28.2")
    assert ask(in_mundaka).pk == found.pk  # asked again for the same file it is the same answer


def test_the_person_sees_in_her_folder_that_it_was_looked_up_and_for_what_even_on_her_own_request(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        ask(cast, actor=cast.citizen(cast.ane))
    with translation.override("es"):
        (said,) = [explain(row) for row in readings_about(cast.ane.person_id)]
    assert "MUN-2026-000001" in said and "Exención del IVTM" in said and "la identidad" in said
    assert readings_about(cast.jon.person_id) == []


def test_nobody_is_asked_about_an_identity_that_is_only_claimed(in_mundaka: Cast) -> None:
    found = ask(in_mundaka, "large_family", in_mundaka.jon.person)
    assert (found.state, found.holds) == (LookupState.FAILED, None)


def test_another_administration_is_asked_by_a_worker_and_not_by_the_page(in_mundaka: Cast) -> None:
    found = ask(in_mundaka, "large_family")
    assert found.state == LookupState.ASKED and len(found.request_id) == 26
    answered = ask_outside(found.pk)
    assert (answered.state, answered.holds) == ("answered", True)
    assert ask_outside(found.pk).answered_at == answered.answered_at  # a second run asks nobody


def test_an_answer_that_never_came_can_be_asked_for_again(in_mundaka: Cast) -> None:
    found = ask(in_mundaka, "large_family")
    fail(found.pk, "nobody there")
    again = ask(in_mundaka, "large_family")
    assert (again.pk, again.state) == (found.pk, LookupState.ASKED)


def test_who_objects_is_not_looked_up_and_the_reason_is_kept(in_mundaka: Cast) -> None:
    found = ask(in_mundaka, "large_family", objection="Ez dut nahi")
    assert (found.state, found.failure, found.request_id) == (LookupState.OBJECTED, "Ez dut nahi", "")


def test_an_objection_in_general_holds_for_its_kind_and_its_procedure_until_it_is_taken_back(in_mundaka: Cast) -> None:
    person = in_mundaka.ane.person
    for procedure, state in (("TRI-010", LookupState.ASKED), ("VEH-002", LookupState.OBJECTED)):
        kept = object_to(
            person_id=person.pk, kind="large_family", procedure_code=procedure, reason="Nahiago dut", actor=SYSTEM
        )
        found = ask(in_mundaka, "large_family")
        assert found.state == state
        fail(found.pk, "so that it is asked again")
    assert ask(in_mundaka, "birth").state == LookupState.ASKED
    take_back(objection=kept, actor=SYSTEM)
    assert look_up(
        kind="large_family", person=person, case_reference="MUN-2026-000002", procedure_code="VEH-002",
        purpose="-", actor=SYSTEM,
    ).state == LookupState.ASKED  # fmt: skip


def test_the_rows_are_hers_to_read_and_no_other_towns(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        ask(cast)
        object_to(person_id=cast.ane.person_id, kind="tax", reason="x", actor=SYSTEM)
    with acting_for(cast.balmaseda.pk):
        assert not DataLookup.objects.exists()
    with reading_own(cast.ane.person_id):
        assert DataLookup.objects.count() == 1
    with reading_own(cast.jon.person_id):
        assert not DataLookup.objects.exists()


def test_what_nobody_answers_is_said_and_leaves_no_row(in_mundaka: Cast, settings: object) -> None:
    settings.INTEROPERABILITY_GATEWAY = ""
    assert not can_be_asked("large_family") and can_be_asked("identity")
    with pytest.raises(DomainError), transaction.atomic():
        ask(in_mundaka, "large_family")
    assert not DataLookup.objects.exists()


def test_the_demonstration_refuses_production(in_mundaka: Cast, settings: object) -> None:
    found = ask(in_mundaka, "large_family")
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured):
        GATEWAY.ask(found, in_mundaka.ane.person)


def test_each_kind_has_its_names_and_each_document_one_kind_at_most() -> None:
    documents = [code for kind in all_kinds().values() for code in kind.documents]
    assert len(documents) == len(set(documents))
    assert all(all(kind.names.values()) for kind in all_kinds().values())
    assert kind_of_document("photo") is None

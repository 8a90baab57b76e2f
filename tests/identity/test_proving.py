"""The proof of who is who."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st
from stdnum.es import dni

from core.audit.models import AuditRow
from core.identity.constants import IdentifierKind, ProofMethod
from core.identity.models import IdentityProof, Person, PersonIdentifier, User
from core.identity.services import (
    ProvedIdentity,
    find_person,
    kind_of_number,
    merged_persons,
    on_persons_merged,
    person_for_desk,
    prove,
    prove_at_desk,
)
from core.identity.services import proving as proving_module
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import DomainError
from tests.cast import Cast

JON = ProvedIdentity("nif", "87654321x", "JON", "ALDANA", "GOIRI")
ANE = ProvedIdentity("nif", "12345678Z", "ANE", "ETXEBARRIA", "URIARTE")


def by_certificate(cast: Cast, user: User, identity: ProvedIdentity = JON) -> Person:
    return prove(user, identity=identity, method=ProofMethod.CERTIFICATE, evidence={"x": 1}, actor=cast.citizen(user))


def test_the_first_proof_makes_the_provisional_person_real(cast: Cast) -> None:
    provisional = cast.jon.person_id
    person = by_certificate(cast, cast.jon)
    assert (person.pk, person.is_proved, str(person)) == (provisional, True, "Jon Aldana Goiri")
    assert find_person(IdentifierKind.NIF, " 87.654.321-x ") == person
    proof = IdentityProof.objects.get(person=person)
    assert (proof.method, proof.evidence, proof.clerk) == (ProofMethod.CERTIFICATE, {"x": 1}, None)


def test_a_proof_twice_changes_nobody(cast: Cast) -> None:
    assert by_certificate(cast, cast.jon) == by_certificate(cast, cast.jon)
    assert PersonIdentifier.objects.filter(value="87654321X").count() == 1


def test_a_typed_number_leads_to_nobody(cast: Cast) -> None:
    claimed = Person.objects.create(given_name="Jon")
    PersonIdentifier.objects.create(person=claimed, kind=IdentifierKind.NIF, value="87654321X")
    assert find_person(IdentifierKind.NIF, "87654321X") is None


def test_nobody_takes_over_an_account_by_making_another(cast: Cast) -> None:
    with pytest.raises(DomainError, match="···e@example"):
        by_certificate(cast, cast.jon, ANE)
    cast.jon.refresh_from_db()
    assert cast.jon.person_id != cast.ane.person_id


def test_an_account_never_changes_its_owner(cast: Cast) -> None:
    with pytest.raises(DomainError, match="Ane"):
        by_certificate(cast, cast.ane)
    assert find_person("nif", "87654321X") is None


@pytest.fixture
def hook(monkeypatch: Any) -> list[tuple[int, int]]:
    called: list[tuple[int, int]] = []
    monkeypatch.setattr(proving_module, "_merge_hooks", [])
    on_persons_merged(lambda provisional, person: called.append((provisional, person)))
    return called


def test_an_account_moves_to_the_person_whom_a_clerk_wrote_down_before(cast: Cast, hook: list[tuple[int, int]]) -> None:
    with acting_for(cast.mundaka.pk):
        at_desk = person_for_desk(identity=JON, document="NAN", actor=cast.clerk())
    provisional = cast.jon.person_id
    with acting_for(cast.mundaka.pk):
        assert by_certificate(cast, cast.jon) == at_desk
    cast.jon.refresh_from_db()
    assert (cast.jon.person, hook) == (at_desk, [(provisional, at_desk.pk)])
    assert merged_persons(at_desk.pk) == [at_desk.pk, provisional]
    with reading_own(at_desk.pk):
        assert {"identity.merged", "identity.proved"} <= set(AuditRow.objects.values_list("action", flat=True))


def test_a_closed_account_gives_its_person_free(cast: Cast) -> None:
    User.objects.filter(pk=cast.ane.pk).update(is_active=False)
    assert by_certificate(cast, cast.jon, ANE).pk == cast.ane.person_id
    cast.ane.refresh_from_db()
    assert cast.ane.person is None


def test_only_certain_clerks_prove_at_the_desk_and_nobody_herself(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        with pytest.raises(PermissionDenied):
            prove_at_desk(cast.jon, identity=JON, document="NAN", actor=cast.citizen(cast.jon))
        with pytest.raises(DomainError, match="colleague"):
            prove_at_desk(cast.miren, identity=JON, document="NAN", actor=cast.clerk())
        prove_at_desk(cast.jon, identity=JON, document="NAN", actor=cast.clerk())
        proof = IdentityProof.objects.get(user=cast.jon)
        assert (proof.clerk, proof.municipality) == (cast.miren, cast.mundaka)


@given(st.integers(0, 99999999))
def test_a_number_with_its_own_letter_is_right_and_with_any_other_wrong(number: int) -> None:
    digits = f"{number:08d}"
    letter = dni.calc_check_digit(digits)
    assert kind_of_number(f"{digits[:2]}.{digits[2:5]}.{digits[5:]}-{letter.lower()}") == IdentifierKind.NIF
    wrong = "TRWAGMYFPDXBNJZSQVHLCKE"[(number + 1) % 23]
    assert kind_of_number(digits + wrong) is None


@pytest.mark.parametrize(
    ("value", "kind"), [("X1234567L", "nie"), ("Y1234567X", "nie"), ("P4802400D", None), ("", None), ("1Z", None)]
)
def test_numbers_of_foreigners_and_of_no_person(value: str, kind: str | None) -> None:
    assert kind_of_number(value) == kind

"""The demo county."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from biscaytik.demo.people import CITIZENS, CLERKS, PASSWORD
from biscaytik.demo.towns import PILOTS
from case_files.constants import State
from case_files.models import CaseFile, CaseTask
from census.generator.identifiers import LETTERS
from census.models import Inscription, Movement, Resident
from census.services import find_resident
from core.audit.models import AuditRow
from core.identity.constants import Role
from core.identity.models import Membership, User
from core.municipalities.models import Municipality, Office, Theme
from core.municipalities.scope import acting_for
from core.payments.gateways import lacking
from core.payments.models import PaymentMethod
from portal.contrast import problems
from registry.constants import BookKind
from registry.models import Book, Entry
from registry.services import verify_book


@pytest.fixture
def county(db: None) -> None:
    call_command("load_municipalities", verbosity=0)
    call_command("load_demo")


def test_a_second_run_changes_nothing(county: None) -> None:
    with acting_for(Municipality.objects.get(slug="bizkaia").pk):
        before = AuditRow.objects.count()
        call_command("load_demo")
        assert AuditRow.objects.count() == before
    call_command("load_demo", again=True)
    assert User.objects.count() == len(CLERKS) + len(CITIZENS)
    with acting_for(Municipality.objects.get(slug="mundaka").pk):
        assert Inscription.objects.filter(ends_on=None).count() == 302
        assert Office.objects.filter(municipality__slug="mundaka").count() == 1


def test_production_is_refused(settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    with pytest.raises(CommandError):
        call_command("load_demo")


def test_without_towns_it_says_what_to_do(cast: object) -> None:
    with pytest.raises(CommandError, match="load_municipalities"):
        call_command("load_demo")


def test_each_town_has_a_clerk_in_every_role_with_a_second_factor(county: None) -> None:
    for pilot in PILOTS:
        held = Membership.objects.filter(municipality__slug=pilot.slug)
        assert {member.role for member in held} == set(Role) - {Role.OPERATOR}
        for member in held:
            assert Authenticator.objects.filter(user=member.user, type=Authenticator.Type.TOTP).exists()
            assert member.user.check_password(PASSWORD)


def test_only_proved_citizens_are_found_in_the_padron(county: None) -> None:
    for citizen in CITIZENS:
        person = User.objects.get(email=citizen.email).person
        with acting_for(Municipality.objects.get(slug=citizen.town).pk):
            found = find_resident(person)
            assert Resident.objects.filter(identifier=citizen.number).exists()
        assert (found is not None) == citizen.proved


def test_the_looks_differ_and_can_be_read(county: None) -> None:
    themes = Theme.objects.all()
    assert len({theme.brand for theme in themes}) == len(themes) == len(PILOTS)
    assert len({theme.scene for theme in themes}) == 3
    for theme in themes:
        names = ("brand", "brand_deep", "accent", "glow", "tint", "on_brand")
        assert problems({name: getattr(theme, name) for name in names}) == []


def test_the_citizens_numbers_are_valid_and_apart_from_invented_ones() -> None:
    for citizen in CITIZENS:
        digits = citizen.number[:-1].translate(str.maketrans("XYZ", "012"))
        assert LETTERS[int(digits) % 23] == citizen.number[-1]
        assert int(digits) < 20_000_000


def test_people_prints_how_to_sign_in() -> None:
    out = StringIO()
    call_command("load_demo", people=True, stdout=out)
    assert all(who.email in out.getvalue() for who in (*CITIZENS, *CLERKS))


def test_there_are_files_in_every_state(db: None) -> None:
    call_command("load_municipalities", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    call_command("load_demo")
    for slug in ("abanto-zierbena", "balmaseda", "galdakao", "mundaka"):
        with acting_for(Municipality.objects.get(slug=slug).pk):
            files = CaseFile.objects.all()
            assert {file.state for file in files} >= {State.OPEN, State.SUSPENDED, State.RESOLVED, State.CLOSED}
            assert {file.procedure_code for file in files} == {"REG-001", "URB-002", "PAD-003", "PAD-006"}
            assert Movement.objects.filter(variation="MCD", case_reference__startswith=files[0].reference[:3]).exists()
            assert CaseTask.objects.filter(state="open").exclude(assignee=None).exists()
            assert verify_book(Book.objects.get(kind=BookKind.ENTRY)) == []
            assert all(entry.receipt for entry in Entry.objects.filter(book__kind=BookKind.ENTRY))
    with acting_for(Municipality.objects.get(slug="arratia").pk):
        assert {file.procedure_code for file in CaseFile.objects.all()} == {"REG-001", "URB-002"}


def test_every_pilot_town_can_be_paid_on_line(county: None) -> None:
    for pilot in PILOTS:
        with acting_for(Municipality.objects.get(slug=pilot.slug).pk):
            methods = list(PaymentMethod.objects.all())
            assert [method.gateway for method in methods] == ["demo", "bank_slip"]
            assert not any(lacking(method) for method in methods)

"""What clerks do about identities and roles, and what they may not."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from core.audit.models import AuditRow
from core.identity.constants import Role
from core.identity.models import Membership
from core.identity.rights import MODEL_RIGHTS, permissions_of, require
from core.identity.services import find_person, roles_in
from core.identity.services.memberships import adopt_modules, end_role, give_first_administrator, give_role
from core.identity.services.towns import change_town
from core.municipalities.models import Office, Unit
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError, is_adopted
from tests.cast import Cast

DESK = "/mundaka/en/admin/desk/"
JON = {
    "document": "DNI", "number": "87654321-x", "country": "ES", "given_name": "Jon", "surname1": "Aldana",
    "surname2": "Goiri",
}  # fmt: skip


@pytest.fixture
def operator(cast: Cast, browser: Callable[..., Client]) -> Client:
    return browser(cast.olatz, second_factor=True)


def actions(cast: Cast) -> list[str]:
    with acting_for(cast.mundaka.pk):
        return list(AuditRow.objects.order_by("id").values_list("action", flat=True))


def test_at_the_desk_an_account_is_linked_by_the_code_that_its_owner_reads_out(
    cast: Cast, clerk_client: Client
) -> None:
    assert clerk_client.post(DESK, JON | {"email": cast.jon.email})["Location"] == f"{DESK}code/"
    assert mail.outbox[0].to == [cast.jon.email]
    code = re.search(r"\d{6}", str(mail.outbox[0].body))
    assert code and code[0] not in clerk_client.get(f"{DESK}code/").content.decode()
    wrong = f"{(int(code[0]) + 1) % 10**6:06d}"
    assert "not the code" in clerk_client.post(f"{DESK}code/", {"code": wrong}).content.decode()
    assert find_person("nif", "87654321X") is None
    assert clerk_client.post(f"{DESK}code/", {"code": code[0]}).status_code == 302
    assert find_person("nif", "87654321X") == cast.jon.person
    assert actions(cast)[-2:] == ["identity.desk_code_sent", "identity.proved"]


def test_a_code_is_not_guessed(cast: Cast, clerk_client: Client) -> None:
    clerk_client.post(DESK, JON | {"email": cast.jon.email})
    code = re.search(r"\d{6}", str(mail.outbox[0].body))
    assert code
    for _ in range(5):
        clerk_client.post(f"{DESK}code/", {"code": "x"})
    assert "no longer works" in clerk_client.post(f"{DESK}code/", {"code": code[0]}).content.decode()


def test_at_the_desk_a_person_without_an_account_is_written_down(cast: Cast, clerk_client: Client) -> None:
    page = clerk_client.post(DESK, JON | {"number": "87654321A"}).content.decode()
    assert "letter" in page
    clerk_client.post(DESK, JON)
    person = find_person("nif", "87654321X")
    assert person and not hasattr(person, "account")
    passport = JON | {"document": "passport", "number": "AB 123", "country": "ma"}
    clerk_client.post(DESK, passport)
    assert find_person("passport", "AB123", "MA")


def test_only_a_registrar_or_a_census_officer_stands_at_the_desk(cast: Cast, clerk_client: Client) -> None:
    with acting_for(cast.mundaka.pk):
        Membership.objects.filter(role__in=[Role.REGISTRAR, Role.CENSUS_OFFICER]).update(
            valid_to=timezone.localdate() - timedelta(1)
        )
    assert clerk_client.get(DESK).status_code == 403


def test_the_administrator_gives_roles_in_her_own_town_only(cast: Cast, clerk_client: Client) -> None:
    add = "/mundaka/en/admin/identity/membership/add/"
    today = timezone.localdate().isoformat()
    form = {"email": cast.jon.email, "role": "registrar", "valid_from": today, "valid_to": "", "substitute_for": ""}
    assert clerk_client.post(add, form).status_code == 302
    assert roles_in(cast.jon.pk, cast.mundaka.pk) == {Role.REGISTRAR}
    assert roles_in(cast.jon.pk, cast.balmaseda.pk) == set()
    assert "operator" not in re.findall(r'value="(\w+)"', clerk_client.get(add).content.decode())
    assert clerk_client.post(add, form | {"role": "operator"}).status_code == 200
    nobody = clerk_client.post(add, form | {"email": "nobody@example.eus"})
    assert "No account has this address" in nobody.content.decode()
    until = "Say until when"
    assert until in clerk_client.post(add, form | {"substitute_for": cast.miren.email}).content.decode()


def test_nobody_but_an_operator_makes_operators(cast: Cast, in_mundaka: Cast) -> None:
    with pytest.raises(DomainError, match="operator"):
        give_role(user=cast.miren, role=Role.OPERATOR, actor=cast.clerk())


def test_a_role_ends_but_the_last_administrator_stays(cast: Cast, in_mundaka: Cast) -> None:
    today = timezone.localdate()
    held = {m.role: m for m in Membership.objects.filter(user=cast.miren)}
    end_role(held["registrar"], last_day=today, actor=cast.clerk())
    with pytest.raises(DomainError, match="administrator"):
        end_role(held["town_administrator"], last_day=today, actor=cast.clerk())
    give_role(user=cast.jon, role=Role.TOWN_ADMINISTRATOR, actor=cast.clerk())
    end_role(held["town_administrator"], last_day=today, actor=cast.clerk())
    assert held["town_administrator"].valid_to == today


def test_a_role_that_was_given_changes_its_last_day_and_nothing_else(cast: Cast, clerk_client: Client) -> None:
    with acting_for(cast.mundaka.pk):
        held = Membership.objects.get(user=cast.miren, role="registrar")
    address = f"/mundaka/en/admin/identity/membership/{held.pk}/change/"
    day = timezone.localdate() + timedelta(7)
    clerk_client.post(address, {"valid_to": day.isoformat(), "role": "operator", "email": cast.jon.email})
    held.refresh_from_db()
    assert (held.valid_to, held.role, held.user) == (day, "registrar", cast.miren)
    assert clerk_client.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_towns_rows_are_no_other_towns_in_the_admin(cast: Cast, clerk_client: Client) -> None:
    with acting_for(cast.balmaseda.pk):
        theirs = Unit.objects.get(municipality=cast.balmaseda, code="urban")
    page = clerk_client.get("/mundaka/en/admin/municipalities/unit/")
    assert len(page.context["cl"].result_list) == 2
    assert clerk_client.get(f"/mundaka/en/admin/municipalities/unit/{theirs.pk}/change/").status_code == 302
    add = clerk_client.get("/mundaka/en/admin/municipalities/unit/add/").content.decode()
    assert f'value="{theirs.pk}"' not in add


def test_what_is_written_in_the_admin_goes_to_the_audit_and_not_to_djangos_log(
    cast: Cast, clerk_client: Client
) -> None:
    office = {
        "name_eu": "Udaletxea", "name_es": "Ayuntamiento", "name_en": "Town hall", "address": "Plaza 1",
        "hours-TOTAL_FORMS": "0", "hours-INITIAL_FORMS": "0",
    }  # fmt: skip
    clerk_client.post("/mundaka/en/admin/municipalities/office/add/", office)
    with acting_for(cast.mundaka.pk):
        made = Office.objects.get(municipality=cast.mundaka)
    assert actions(cast) == ["admin.added"]
    assert not LogEntry.objects.exists()
    history = clerk_client.get(f"/mundaka/en/admin/municipalities/office/{made.pk}/history/", follow=True)
    assert "Miren Bilbao added: office" in history.content.decode()


def test_the_operator_gives_a_town_its_modules_and_first_administrator(cast: Cast, operator: Client) -> None:
    page = operator.get("/en/admin/towns/").content.decode()
    assert "Mundaka" in page
    with acting_for(cast.mundaka.pk):
        Membership.objects.filter(role=Role.TOWN_ADMINISTRATOR).update(valid_to=timezone.localdate() - timedelta(1))
    form = {"modules": ["registry", "census"], "email": cast.jon.email}
    assert operator.post("/en/admin/towns/mundaka/", form).status_code == 302
    assert [is_adopted(cast.mundaka.pk, m) for m in ("registry", "census", "mail")] == [True, True, False]
    assert roles_in(cast.jon.pk, cast.mundaka.pk) == {Role.TOWN_ADMINISTRATOR}
    again = operator.post("/en/admin/towns/mundaka/", form).content.decode()
    assert "administrator already" in again
    operator.post("/en/admin/towns/mundaka/", {"modules": ["mail"]})
    assert is_adopted(cast.mundaka.pk, "mail")


def test_a_towns_administrator_is_no_operator(cast: Cast, clerk_client: Client) -> None:
    assert clerk_client.get("/mundaka/en/admin/towns/").status_code == 403
    assert clerk_client.post("/mundaka/en/admin/towns/balmaseda/", {"modules": []}).status_code == 403
    for verb in (
        lambda: adopt_modules(town=cast.balmaseda, modules=[], actor=cast.clerk()),
        lambda: give_first_administrator(town=cast.balmaseda, user=cast.jon, actor=cast.clerk()),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_each_role_brings_its_own_permissions(cast: Cast) -> None:
    assert permissions_of([Role.REGISTRAR]).isdisjoint(permissions_of([Role.OPERATOR]))
    assert "identity.add_membership" not in permissions_of(set(Role) - {Role.TOWN_ADMINISTRATOR, Role.OPERATOR})
    assert set(MODEL_RIGHTS) == set(Role)
    require(cast.clerk(), Role.SIGNATORY)
    with pytest.raises(PermissionDenied):
        require(cast.citizen(cast.ane))


def test_a_clerk_has_no_permissions_outside_her_site(cast: Cast, clerk_client: Client) -> None:
    user: Any = clerk_client.get("/mundaka/en/account/").wsgi_request.user
    assert not user.has_perm("identity.add_membership")
    assert not user.has_module_perms("municipalities")


def test_an_administrator_changes_what_her_own_town_says_and_the_operator_the_rest(
    cast: Cast, clerk_client: Client, operator: Client
) -> None:
    base = "/admin/municipalities/municipality"
    mundaka, balmaseda = f"{base}/{cast.mundaka.pk}/change/", f"{base}/{cast.balmaseda.pk}/change/"
    own = {"nif": "P4807500B", "dir3": "L01480646", "search_aliases": "Mundaca", "name_eu": "Hacked"}
    assert clerk_client.post(f"/mundaka/en{mundaka}", own).status_code == 302
    cast.mundaka.refresh_from_db()
    assert (cast.mundaka.nif, cast.mundaka.name_eu) == ("P4807500B", "Mundaka")
    assert clerk_client.post(f"/mundaka/en{balmaseda}", own)["Location"] == "/mundaka/en/admin/"
    assert clerk_client.get(f"/mundaka/en{base}/add/").status_code == 403
    assert "Balmaseda" not in clerk_client.get(f"/mundaka/en{base}/").content.decode().split("<main")[-1]
    page = operator.get(f"/en{balmaseda}")
    form = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    assert operator.post(f"/en{balmaseda}", form | {"hall_es": "Villa de Balmaseda"}).status_code == 302
    cast.balmaseda.refresh_from_db()
    assert cast.balmaseda.hall_es == "Villa de Balmaseda"
    assert actions(cast) == ["identity.town_changed"]


def test_nobody_but_the_operator_renames_a_town(cast: Cast, in_mundaka: Cast) -> None:
    for town, changes in ((cast.mundaka, {"name_eu": "X"}), (cast.balmaseda, {"nif": "P4807500B"})):
        with pytest.raises(DomainError, match="operator"):
            change_town(town, changes=changes, actor=cast.clerk())


def test_an_administrator_keeps_the_streets(cast: Cast, clerk_client: Client) -> None:
    street = {"code": "00001", "kind": "KALE", "name": "Intxaurrondo"}
    page = clerk_client.get("/mundaka/en/admin/territory/street/add/")
    street["kind"] = page.context["adminform"].form.fields["kind"].initial or street["kind"]
    assert clerk_client.post("/mundaka/en/admin/territory/street/add/", street).status_code == 302
    assert actions(cast) == ["admin.added"]

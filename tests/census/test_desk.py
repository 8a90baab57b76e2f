"""The census desk."""

from collections.abc import Callable

import pytest
from django.test import Client

from case_files.models import CaseTask
from census.models import Dwelling, Resident
from census.services import home_of
from core.audit.models import AuditRow
from core.documents.models import Document
from core.identity.constants import Role
from core.identity.models import Membership
from core.municipalities.models import ModuleAdoption
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns
from tests.case_files.files import do, walk_to
from tests.cast import Cast

from . import people
from .test_moving import filed, unclear

DESK = "/mundaka/es/admin/census-desk/"


@pytest.fixture
def ane(cast: Cast) -> Resident:
    with acting_for(cast.mundaka.pk):
        home = people.dwelling()
        people.child(home)
        return people.ane(home)


def look(client: Client, text: str = "etxeb", reason: str = "MUN-2026-1") -> str:
    return client.post(DESK, {"text": text, "reason": reason}).content.decode()


def test_a_clerk_finds_a_resident_with_a_reason(clerk_client: Client, ane: Resident) -> None:
    assert f"residents/{ane.pk}/" in look(clerk_client)
    assert f"residents/{ane.pk}/" not in look(clerk_client, reason="")
    assert "Intxaurrondo 5" in look(clerk_client, "12345678Z")


def test_without_a_reason_no_data_are_shown(clerk_client: Client, ane: Resident) -> None:
    for page in (f"residents/{ane.pk}/", f"dwellings/{home_pk(ane)}/"):
        assert clerk_client.get(DESK + page).headers["Location"] == DESK


def home_pk(resident: Resident) -> int:
    with acting_for(resident.municipality_id or 0):
        return home_of(resident).dwelling_id  # type: ignore[union-attr]


def test_looking_leaves_a_row_that_the_person_can_read(clerk_client: Client, cast: Cast, ane: Resident) -> None:
    look(clerk_client)
    page = clerk_client.get(f"{DESK}residents/{ane.pk}/").content.decode()
    assert "12345678Z" in page
    assert "15/1/2020" in page or "15/01/2020" in page
    with acting_for(cast.mundaka.pk):
        row = AuditRow.objects.get(action="census.read")
        assert (row.subject_person_id, row.reason) == (cast.ane.person_id, "MUN-2026-1")


def test_who_lives_in_a_dwelling(clerk_client: Client, cast: Cast, ane: Resident) -> None:
    look(clerk_client)
    page = clerk_client.get(f"{DESK}dwellings/{home_pk(ane)}/").content.decode()
    assert "June Goiri" in page
    with acting_for(cast.mundaka.pk):
        assert AuditRow.objects.filter(action="census.read").count() == 2


def test_a_slip_at_the_desk(clerk_client: Client, cast: Cast, ane: Resident) -> None:
    clerk_client.post(f"{DESK}residents/{ane.pk}/slip/", {"language": "bilingual", "purpose": "school"})
    with acting_for(cast.mundaka.pk):
        slip = Document.objects.get(template="volante")
    assert slip.context["address"] == "Intxaurrondo kalea 5, 2. EZK / Calle Intxaurrondo 5, 2.º EZK"
    assert slip.language == "bi"


def test_another_town_and_another_role_see_nothing(
    browser: Callable[..., Client], cast: Cast, ane: Resident, clerk_client: Client
) -> None:
    koldo = browser(cast.koldo, second_factor=True)
    there = "/balmaseda/es/admin/census-desk/"
    koldo.post(there, {"text": "etxeb", "reason": "x"})
    assert koldo.get(f"{there}residents/{ane.pk}/").status_code == 404
    assert koldo.get(f"{there}dwellings/{home_pk(ane)}/").status_code == 404
    with acting_for(cast.mundaka.pk):
        Membership.objects.filter(user=cast.miren, role=Role.CENSUS_OFFICER).delete()
    assert clerk_client.get(DESK).status_code == 403


def test_a_reason_given_in_one_town_opens_nothing_in_another(
    browser: Callable[..., Client], cast: Cast, ane: Resident
) -> None:
    with acting_for(cast.balmaseda.pk):
        Membership.objects.create(user=cast.miren, role=Role.CENSUS_OFFICER)
    miren = browser(cast.miren, second_factor=True)
    miren.post("/balmaseda/es/admin/census-desk/", {"text": "zzz", "reason": "x"})
    assert miren.get(f"{DESK}residents/{ane.pk}/").status_code == 302


def test_a_town_without_the_module_has_no_desk(clerk_client: Client, cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        ModuleAdoption.objects.filter(municipality=cast.mundaka, module="census").delete()
    forget_towns()
    assert clerk_client.get(DESK).status_code == 404


def test_a_clerk_settles_a_move_and_the_census_follows(clerk_client: Client, cast: Cast, ane: Resident) -> None:
    with acting_for(cast.mundaka.pk):
        people.dwelling("7", "1", "ESK")
        case_file = filed(cast, **unclear())
        do(walk_to(case_file, "resolution", cast.clerk()), cast.clerk())
        there = Dwelling.objects.get(number="7")
    page = f"{DESK}moves/{case_file.reference}/"
    assert "Intxaurrondo 7" in clerk_client.get(page).content.decode()
    answer = clerk_client.post(page, {"dwelling": there.pk, "residents": [ane.pk], "on": "2026-03-01"})
    assert answer.status_code == 302
    with acting_for(cast.mundaka.pk):
        assert home_of(ane).dwelling == there
        assert not CaseTask.objects.filter(case_file=case_file, step="census_update", state="open").exists()


def test_a_new_dwelling_can_be_given_and_a_forged_one_cannot(clerk_client: Client, cast: Cast, ane: Resident) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = filed(cast, **unclear())
        street = people.street().pk
    with acting_for(cast.balmaseda.pk):
        elsewhere = people.dwelling().pk
    page = f"{DESK}moves/{case_file.reference}/"
    forged = clerk_client.post(page, {"dwelling": elsewhere, "residents": [ane.pk], "on": "2026-03-01"})
    assert forged.status_code == 200
    clerk_client.post(page, {"street": street, "number": "9", "residents": [ane.pk], "on": "2026-03-01"})
    with acting_for(cast.mundaka.pk):
        assert Dwelling.objects.filter(number="9").exists()


def test_a_search_stays_within_its_statements(
    clerk_client: Client, ane: Resident, django_assert_max_num_queries: object
) -> None:
    look(clerk_client)
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        look(clerk_client)

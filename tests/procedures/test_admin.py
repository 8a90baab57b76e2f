"""The operator edits the catalogue; a town's administrator its own offer and lists."""

from django.test import Client

from core.municipalities.scope import acting_for
from procedures.catalogue import find_definition
from procedures.models import Procedure, TownListItem, TownProcedure
from procedures.services import publish, search
from tests.cast import Cast


def test_what_the_operator_edits_is_found_at_once(catalogue: None, cast: Cast) -> None:
    procedure = Procedure.objects.get(code="REG-001")
    procedure.name_eu = "Txirrinbola bat"
    procedure.save()
    publish(procedure=procedure, actor=cast.clerk())
    definition = find_definition("REG-001")
    assert definition and definition.names["eu"] == "Txirrinbola bat"
    assert search("txirrinbola")[0].code == "REG-001"


def test_the_town_administrator_sees_her_own_offer(online: Cast, clerk_client: Client) -> None:
    page = clerk_client.get("/mundaka/eu/admin/procedures/townprocedure/")
    assert page.status_code == 200
    with acting_for(online.mundaka.pk):
        own = TownProcedure.objects.filter(municipality=online.mundaka).first()
        assert own
    address = f"/mundaka/eu/admin/procedures/townprocedure/{own.pk}/change/"
    assert clerk_client.get(address).status_code == 200
    with acting_for(online.balmaseda.pk):
        other = TownProcedure.objects.filter(municipality=online.balmaseda).first()
        assert other
    assert clerk_client.get(f"/mundaka/eu/admin/procedures/townprocedure/{other.pk}/change/").status_code == 302
    assert clerk_client.get("/mundaka/eu/admin/procedures/procedure/").status_code == 403


def test_a_town_makes_a_list_and_its_forms_offer_it(online: Cast, clerk_client: Client, citizen_client: Client) -> None:
    items = {"items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0", "items-MIN_NUM_FORMS": "0"}
    items |= {"items-MAX_NUM_FORMS": "1000", "items-0-value": "bertso", "items-0-position": "0", "items-0-active": "on"}
    items |= {"items-0-label_eu": "Bertsolaritza", "items-0-label_es": "Bertsos"}
    data = {"code": "course_list", "name_eu": "Ikastaroak", "name_es": "Cursos", **items}
    response = clerk_client.post("/mundaka/eu/admin/procedures/townlist/add/", data)
    assert response.status_code == 302, response.content.decode()
    with acting_for(online.mundaka.pk):
        assert TownListItem.objects.get().value == "bertso"

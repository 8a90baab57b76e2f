"""The desk on which forms are made: without code, without JavaScript, in the clerk's own town."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.municipalities.scope import acting_for
from procedures.definitions.schema import read
from procedures.services import look, publish_form
from tests.cast import Cast
from tests.clients import sign_in
from tests.procedures.test_definitions import texts
from tests.procedures.test_town_forms import CODE, asked_in, province_says, town_adds

BASE = "/mundaka/eu/admin/forms/"
ROWS = {"o-TOTAL_FORMS": "4", "o-INITIAL_FORMS": "0", "o-MIN_NUM_FORMS": "0", "o-MAX_NUM_FORMS": "300"}
NEW = {
    "q-labels_eu": "Zein auzo?", "q-labels_es": "¿Qué barrio?", "q-type": "select", "q-page": "1", "q-town_list": "",
    **ROWS, "o-0-eu": "Goikoa", "o-0-es": "El de arriba", "o-1-eu": "Behekoa", "o-1-es": "El de abajo",
}  # fmt: skip


def form_of(cast: Cast) -> Any:
    with acting_for(cast.mundaka.pk):
        return look(CODE, actor=cast.clerk())


def test_an_administrator_adds_a_question_sees_it_and_publishes_it(online: Cast, clerk_client: Client) -> None:
    assert CODE.encode() in clerk_client.get(BASE, {"q": CODE}).content
    assert clerk_client.get(f"{BASE}{CODE}/add/?page=1").status_code == 200
    seen = clerk_client.post(f"{BASE}{CODE}/add/", {**NEW, "preview": "1"})
    assert seen.status_code == 200 and form_of(online).sketch is None
    assert b'id="preview_es_new_0"' in seen.content and seen.content.count(b"El de arriba") > 1
    kept = clerk_client.post(f"{BASE}{CODE}/add/", NEW)
    assert kept["Location"] == f"{BASE}{CODE}/", kept.content.decode()
    page = clerk_client.get(f"{BASE}{CODE}/").content.decode()
    assert "Zein auzo?" in page and f"{BASE}{CODE}/publish/" in page
    made = form_of(online).question("own_que_barrio")
    assert [option["value"] for option in made["options"]] == ["el_de_arriba", "el_de_abajo"]
    assert "Zein auzo?" in clerk_client.get(f"{BASE}{CODE}/publish/").content.decode()
    assert clerk_client.post(f"{BASE}{CODE}/publish/")["Location"] == BASE
    assert "own_que_barrio" in asked_in(online.mundaka)


def test_a_question_is_made_to_hang_on_answers_of_another_one(online: Cast, clerk_client: Client) -> None:
    clerk_client.post(f"{BASE}{CODE}/add/", NEW)
    more = {"q-labels_eu": "Zergatik?", "q-labels_es": "¿Por qué?", "q-type": "textarea", "q-page": "1", **ROWS}
    ticked = ["own_que_barrio=el_de_arriba"]
    clerk_client.post(f"{BASE}{CODE}/add/", {**more, "q-condition": ticked})
    with acting_for(online.mundaka.pk):
        publish_form(code=CODE, actor=online.clerk())
    assert form_of(online).question("own_por_que")["condition"] == {
        "field": "own_que_barrio", "equals": ["el_de_arriba"],
    }  # fmt: skip
    page = clerk_client.get(f"{BASE}{CODE}/").content.decode()
    assert "Goikoa" in page and "Zergatik?" in page
    clerk_client.post(f"{BASE}{CODE}/arrange/", {"how": "remove own_que_barrio"})
    assert form_of(online).question("own_que_barrio"), "another hangs on it"
    clerk_client.post(f"{BASE}{CODE}/arrange/", {"how": "up own_por_que"})
    page = clerk_client.get(f"{BASE}{CODE}/")
    assert page.context["problems"] and f"{BASE}{CODE}/publish/".encode() not in page.content
    clerk_client.post(f"{BASE}{CODE}/publish/")
    assert form_of(online).sketch, "what is not right is not published"
    clerk_client.post(f"{BASE}{CODE}/discard/")
    assert form_of(online).sketch is None


def test_a_question_without_spanish_is_told_what_is_missing(online: Cast, clerk_client: Client) -> None:
    answer = clerk_client.post(f"{BASE}{CODE}/add/", {**NEW, "q-labels_es": ""})
    assert answer.status_code == 200 and answer.context["form"].errors["labels_es"]


def test_the_provinces_question_keeps_its_type_and_its_duty(online: Cast, clerk_client: Client) -> None:
    first = form_of(online).base["fields"][0]
    address = f"{BASE}{CODE}/questions/{first['name']}/"
    page = clerk_client.get(address)
    assert page.status_code == 200 and "type" not in page.context["form"].fields
    data = {"q-labels_eu": "Gurea", "q-labels_es": "Nuestra", "q-type": "date", "q-page": "1", **ROWS}
    clerk_client.post(address, data)
    now = form_of(online).question(first["name"])
    assert (now["labels"]["eu"], now["type"], now["required"]) == ("Gurea", first["type"], True)


def test_the_town_sees_what_the_province_has_changed_and_confirms(online: Cast, clerk_client: Client) -> None:
    first = form_of(online).base["fields"][0]
    data = {"q-labels_eu": "Gurea", "q-labels_es": "Nuestra", "q-page": "1", **ROWS}
    clerk_client.post(f"{BASE}{CODE}/questions/{first['name']}/", data)
    clerk_client.post(f"{BASE}{CODE}/publish/")
    town_adds(online)
    province_says(online, label="Probintziarena")
    assert f"{BASE}{CODE}/confirm/".encode() in clerk_client.get(BASE).content
    page = clerk_client.get(f"{BASE}{CODE}/confirm/")
    text = page.content.decode()
    assert "Probintziarena" in text and "Gurea" in text and "Auzoa" in text
    sent = dict(re.findall(r'name="(own|new)" value="(\d+)"', text))
    choice = re.findall(r'name="(change-\d+)" value="ours"', text)
    clerk_client.post(f"{BASE}{CODE}/confirm/", {**sent, choice[0]: "ours"})
    standing = form_of(online)
    assert not standing.is_to_be_confirmed and standing.question(first["name"])["labels"]["eu"] == "Gurea"
    assert standing.question("own_auzoa")


def test_a_file_goes_out_and_comes_in_as_a_sketch(online: Cast, clerk_client: Client) -> None:
    town_adds(online)
    answer = clerk_client.get(f"{BASE}{CODE}/file/")
    found = read(answer.content)
    found["fields"][-1]["labels"] = texts("Zein auzotan?")
    file = SimpleUploadedFile("form.json", json.dumps(found).encode())
    clerk_client.post(f"{BASE}{CODE}/file/", {"file": file})
    assert form_of(online).question("own_auzoa")["labels"]["eu"] == "Zein auzotan?"
    for wrong in (b"{", b"\xff\xfe", b'{"schema": 2}'):
        clerk_client.post(f"{BASE}{CODE}/file/", {"file": SimpleUploadedFile("form.json", wrong)})
    assert clerk_client.post(f"{BASE}{CODE}/file/").status_code == 302


def test_the_operator_makes_the_provinces_form_with_the_same_pages(online: Cast) -> None:
    client = sign_in(Client(), online.olatz, second_factor=True)
    base = "/bizkaia/eu/admin/forms/"
    if client.get(base).status_code == 404:
        base = "/eu/admin/forms/"
    assert client.get(base).status_code == 200
    assert client.get(f"{base}{CODE}/").status_code == 200
    client.post(f"{base}{CODE}/add/", {**NEW, "q-required": "on"})
    assert client.post(f"{base}{CODE}/publish/").status_code == 302
    assert {"que_barrio"} <= set(asked_in(online.mundaka)) & set(asked_in(online.balmaseda))


@pytest.mark.parametrize("page", ["", "publish/", "add/", "confirm/"])
def test_a_clerk_of_another_town_works_on_her_own_and_a_handler_not_at_all(
    online: Cast, clerk_client: Client, page: str
) -> None:
    town_adds(online)
    koldo = sign_in(Client(), online.koldo, second_factor=True)
    assert koldo.get(f"{BASE}{CODE}/{page}").status_code in (302, 403, 404)
    assert b"own_auzoa" not in koldo.get(f"/balmaseda/eu/admin/forms/{CODE}/{page}").content
    assert clerk_client.get(f"{BASE}NOPE-1/{page}").status_code == 404
    assert Client().get(f"{BASE}{CODE}/{page}").status_code == 302

"""Forms that towns change: sketches, publication, the province's new versions, drafts that keep theirs, files."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from case_files.models import CaseFile
from core.audit.constants import ActorKind, Channel
from core.audit.services import Actor
from core.identity.constants import Role
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from procedures import services
from procedures.catalogue import find_definition, find_form
from procedures.models import FormSketch, FormVersion, Procedure, TownForm, TownProcedure
from procedures.services import arrange, confirm_form, forms_to_confirm, import_form, look, publish_form, save_question
from tests.cast import Cast
from tests.clients import sign_in
from tests.procedures.answers import YOU, samples
from tests.procedures.test_definitions import question, texts
from tests.procedures.walking import Walk

CODE = "REG-001"


def operator(cast: Cast) -> Actor:
    return Actor(
        kind=ActorKind.CLERK, channel=Channel.ADMIN, name="Olatz", user_id=cast.olatz.pk,
        municipality_id=cast.county.pk, roles=frozenset({Role.OPERATOR}),
    )  # fmt: skip


def province_says(cast: Cast, *, drop: str = "", label: str = "", **changes: Any) -> None:
    """The operator publishes: `changes` are of the form's first question, and one may be dropped."""
    with acting_for(cast.county.pk):
        definition = look(CODE, actor=operator(cast)).base
        first = definition["fields"][0]
        if label:
            changes["labels"] = texts(label)
        fields = [{**first, **changes}, *(one for one in definition["fields"][1:] if one["name"] != drop)]
        import_form(code=CODE, definition={**definition, "fields": fields}, actor=operator(cast))


def town_adds(cast: Cast, label: str = "Auzoa", *, required: bool = True) -> str:
    with acting_for(cast.mundaka.pk):
        made = question("", labels=texts(label), required=required, hints=texts("Zure auzoa"))
        name = save_question(code=CODE, name="", question=made, actor=cast.clerk())
        publish_form(code=CODE, actor=cast.clerk())
        return name


def asked_in(town: Any) -> list[str]:
    services.forget_town_procedures()
    services.forget_definitions()
    definition = find_definition(CODE)
    assert definition
    with acting_for(town.pk):
        offer = services.find_town_procedure(town.pk, CODE)
        assert offer
        return [field.name for field in find_form(definition.form.id, offer.town_form_id).fields]


def test_a_towns_own_question_is_asked_there_and_nowhere_else(online: Cast) -> None:
    name = town_adds(online)
    assert name == "own_auzoa"
    assert name in asked_in(online.mundaka)
    assert name not in asked_in(online.balmaseda)


def test_a_draft_finishes_on_the_form_it_was_begun_with_and_the_case_file_keeps_it(
    online: Cast, citizen_client: Client
) -> None:
    town_adds(online, "Auzoa")
    walk = Walk(citizen_client, CODE).begin()
    walk.post("you", YOU)
    with acting_for(online.mundaka.pk):
        arrange(code=CODE, name="own_auzoa", how="remove", actor=online.clerk())
        publish_form(code=CODE, actor=online.clerk())
    province_says(online, label="Beste galdera bat")
    begun_with = find_form(walk.draft(online).form_version_id, walk.draft(online).town_form_id)
    assert "own_auzoa" in [field.name for field in begun_with.fields]
    answers = samples(begun_with.on_page(1))
    walk.post("1", {key: value for key, value in answers.items() if key != "own_auzoa"})
    assert walk.response.status_code == 200 and b"own_auzoa" in walk.response.content  # still asked, still required
    walk.post("1", answers)
    walk.post("documents", {})
    assert walk.send().response["Location"].endswith("/done/"), walk.response
    with acting_for(online.mundaka.pk):
        case_file = CaseFile.objects.get(reference=walk.draft(online).result["reference"])
        assert case_file.data["own_auzoa"] == "Zerbait"
        shown = {one["name"]: one for one in case_file.form["fields"]}
        assert shown["own_auzoa"]["labels"] == texts("Auzoa")
        first = next(iter(shown.values()))
        assert first["labels"] != texts("Beste galdera bat")
    again = Walk(citizen_client, CODE).begin()
    assert again.draft(online).town_form_id is None
    assert again.draft(online).form_version_id != walk.draft(online).form_version_id


def test_a_town_neither_hides_nor_loosens_what_the_law_asks_nor_changes_its_type(online: Cast) -> None:
    with acting_for(online.mundaka.pk):
        standing = look(CODE, actor=online.clerk())
        locked = next(one for one in standing.base["fields"] if one["locked"])
        with pytest.raises(DomainError), transaction.atomic():
            arrange(code=CODE, name=locked["name"], how="remove", actor=online.clerk())
        with pytest.raises(DomainError), transaction.atomic():
            save_question(code=CODE, name=locked["name"], question={**locked, "required": False}, actor=online.clerk())
        save_question(code=CODE, name=locked["name"], question={**locked, "type": "date"}, actor=online.clerk())
        assert look(CODE, actor=online.clerk()).own_changes == []
        for wrong in ({"type": "date"}, {"locked": False}, {"required": False}):
            fields = [{**one, **wrong} if one == locked else one for one in standing.base["fields"]]
            with pytest.raises(DomainError), transaction.atomic():
                import_form(code=CODE, definition={**standing.base, "fields": fields}, actor=online.clerk())


def test_an_optional_question_is_hidden_and_restored(online: Cast) -> None:
    with acting_for(online.mundaka.pk):
        standing = look(CODE, actor=online.clerk())
        optional = next(one["name"] for one in standing.base["fields"] if not one["required"])
        arrange(code=CODE, name=optional, how="remove", actor=online.clerk())
        publish_form(code=CODE, actor=online.clerk())
    assert optional not in asked_in(online.mundaka)
    with acting_for(online.mundaka.pk):
        arrange(code=CODE, name=optional, how="restore", actor=online.clerk())
        publish_form(code=CODE, actor=online.clerk())
    assert optional in asked_in(online.mundaka)


def test_the_provinces_new_form_holds_at_once_with_what_still_fits_and_the_town_confirms_it(online: Cast) -> None:
    with acting_for(online.mundaka.pk):
        first = look(CODE, actor=online.clerk()).base["fields"][0]
        save_question(code=CODE, name=first["name"], question={**first, "labels": texts("Gurea")}, actor=online.clerk())
        publish_form(code=CODE, actor=online.clerk())
    town_adds(online)
    province_says(online, label="Probintziarena")
    assert "own_auzoa" in asked_in(online.mundaka)
    with acting_for(online.mundaka.pk):
        standing = look(CODE, actor=online.clerk())
        assert standing.is_to_be_confirmed
        assert forms_to_confirm(online.mundaka.pk) == 1
        start = sign_in(Client(), online.miren, second_factor=True).get("/mundaka/es/admin/").content.decode()
        assert "La provincia ha cambiado 1 formulario" in start
        assert standing.fitted.definition["fields"][0]["labels"] == texts("Probintziarena")
        with pytest.raises(DomainError), transaction.atomic():
            save_question(code=CODE, name="", question=question("", labels=texts("x")), actor=online.clerk())
        assert standing.town_form
        at = standing.town_form.changes.index(standing.fitted.conflicts[0])
        seen = (standing.town_form.pk, standing.procedure.form_version_id)
        with pytest.raises(DomainError), transaction.atomic():
            confirm_form(code=CODE, seen=(seen[0], seen[1] - 1), actor=online.clerk())
        confirm_form(code=CODE, seen=seen, insist=[at], actor=online.clerk())
        after = look(CODE, actor=online.clerk())
        assert forms_to_confirm(online.mundaka.pk) == 0
        assert not after.is_to_be_confirmed and after.fitted.is_whole
        assert after.definition["fields"][0]["labels"] == texts("Gurea")
        assert TownForm.objects.filter(municipality=online.mundaka).count() == 3


def test_a_sketch_is_carried_over_to_the_provinces_newer_form(online: Cast) -> None:
    with acting_for(online.mundaka.pk):
        save_question(code=CODE, name="", question=question("", labels=texts("Auzoa")), actor=online.clerk())
    province_says(online, label="Probintziarena")
    with acting_for(online.mundaka.pk):
        publish_form(code=CODE, actor=online.clerk())
        standing = look(CODE, actor=online.clerk())
        assert standing.definition["fields"][0]["labels"] == texts("Probintziarena")
        assert standing.question("own_auzoa") and not standing.is_to_be_confirmed


def test_only_the_administrator_of_the_town_and_the_operator_of_the_province_edit(online: Cast) -> None:
    handler = Actor(
        kind=ActorKind.CLERK, channel=Channel.ADMIN, name="x", user_id=online.miren.pk,
        municipality_id=online.mundaka.pk, roles=frozenset({Role.HANDLER}),
    )  # fmt: skip
    with acting_for(online.mundaka.pk), pytest.raises(PermissionDenied):
        look(CODE, actor=handler)
    with acting_for(online.county.pk), pytest.raises(PermissionDenied):
        look(CODE, actor=online.clerk(online.miren, online.county))


def test_a_form_that_is_not_right_is_not_published(online: Cast) -> None:
    with acting_for(online.mundaka.pk):
        made = question("", labels={"eu": "Auzoa", "es": "", "en": ""})
        save_question(code=CODE, name="", question=made, actor=online.clerk())
        with pytest.raises(DomainError, match="Auzoa"), transaction.atomic():
            publish_form(code=CODE, actor=online.clerk())


def test_the_wall_keeps_a_towns_forms_and_what_is_published_never_changes(online: Cast) -> None:
    town_adds(online)
    with acting_for(online.mundaka.pk):
        save_question(code=CODE, name="", question=question("", labels=texts("Bestea")), actor=online.clerk())
    with acting_for(online.balmaseda.pk):
        assert FormSketch.objects.count() == 0
        form = TownForm.objects.get(municipality=online.mundaka)  # public, as what it asks is
        with pytest.raises(DatabaseError), transaction.atomic():
            TownProcedure.objects.filter(municipality=online.balmaseda, procedure__code=CODE).update(town_form=form)
            connection.check_constraints()
    with acting_for(online.mundaka.pk), pytest.raises(DatabaseError), transaction.atomic():
        TownForm.objects.filter(municipality=online.mundaka).update(changes=[])


def test_a_form_goes_out_as_a_file_and_comes_in_once(online: Cast, tmp_path: Path) -> None:
    out = StringIO()
    call_command("export_form", CODE, stdout=out)
    found = json.loads(out.getvalue())
    assert (found["schema"], found["procedure"], found["version"]) == (2, CODE, 1)
    file = tmp_path / "form.json"
    found["fields"][0]["labels"]["eu"] = "Zertaz ari zara?"
    file.write_text(json.dumps(found))
    for _turn in range(2):
        out = StringIO()
        call_command("import_form", str(file), stdout=out)
        assert out.getvalue() == f"{CODE}: 2\n"
    assert FormVersion.objects.filter(procedure__code=CODE).count() == 2
    definition = find_definition(CODE)
    assert definition and definition.form.fields[0].labels["eu"] == "Zertaz ari zara?"
    assert Procedure.objects.get(code=CODE).edited_at
    found["fields"][0]["type"] = "colour"
    file.write_text(json.dumps(found))
    with pytest.raises(CommandError, match="fields › 1 › type"):
        call_command("import_form", str(file))


def test_a_towns_form_as_a_file_brings_only_its_difference(online: Cast, tmp_path: Path) -> None:
    town_adds(online)
    out = StringIO()
    call_command("export_form", CODE, "--town=mundaka", stdout=out)
    file = tmp_path / "form.json"
    file.write_text(out.getvalue())
    call_command("import_form", str(file), "--town=balmaseda", stdout=StringIO())
    with acting_for(online.balmaseda.pk):
        [change] = TownForm.objects.get(municipality=online.balmaseda).changes
        assert (change["op"], change["field"]) == ("add", "own_auzoa")
    call_command("import_form", str(file), "--town=balmaseda", stdout=StringIO())
    assert "own_auzoa" in asked_in(online.balmaseda)
    with acting_for(online.balmaseda.pk):
        assert TownForm.objects.filter(municipality=online.balmaseda).count() == 1


def test_the_checklist_to_print_has_the_town_s_own_question(online: Cast, client: Client) -> None:
    for label, required in (("Auzo berezia", True), ("Baserria", False)):
        town_adds(online, label, required=required)
        asked_in(online.mundaka)
        assert label in client.get(f"/mundaka/eu/procedures/{CODE}/checklist/").content.decode()
    assert "Auzo berezia" not in client.get(f"/balmaseda/eu/procedures/{CODE}/checklist/").content.decode()

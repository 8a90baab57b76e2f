"""What the padron offers in a form: only to who has proved who she is, of herself, with its source, hers to change."""

import csv
from collections.abc import Callable
from typing import Any

from django.test import Client

from case_files.models import CaseFile
from core.audit.constants import Level
from core.municipalities.scope import acting_for
from procedures.catalogue import find_definition
from procedures.known import KINDS, TABLE, kind_of
from procedures.models import Procedure
from tests.cast import Cast
from tests.procedures.answers import YOU
from tests.procedures.walking import Walk

from . import people

Browser = Callable[..., Client]
SOURCE = "Biztanleen erroldatik dator"


def page(client: Client, code: str, step: str = "1", **you: str) -> Any:
    """A page of questions as it is shown for the first time."""
    walk = Walk(client, code).begin()
    if walk.at == "you":
        walk.post("you", YOU | you)
        if walk.at == "represented":
            walk.post("represented", {"represented_name": "Jon", "represented_identifier": "00000023T"})
    return client.get(walk.url(step))


def test_her_home_is_there_with_its_source_and_she_may_change_it(online: Cast, citizen_client: Client) -> None:
    with acting_for(online.mundaka.pk):
        people.ane()
    for code, field in (
        ("PAD-009", "address_registered"),
        ("PAD-018", "current_address"),
        ("PAD-003", "current_address"),
    ):
        shown = page(citizen_client, code)
        value = shown.context["form"][field].value()
        assert value[0].startswith("Intxaurrondo") and value[1] == "5", code
        assert SOURCE in shown.content.decode()
    walk = Walk(citizen_client, "PAD-009").begin(another="1").answer(address_registered_0="Kurtzio").send()
    assert walk.at == "done"
    with acting_for(online.mundaka.pk):
        assert CaseFile.objects.get(procedure_code="PAD-009").data["address_registered"]["street"] == "Kurtzio"


def test_where_she_lived_and_since_when(online: Cast, citizen_client: Client) -> None:
    with acting_for(online.mundaka.pk):
        people.ane()
    form = page(citizen_client, "PAD-010").context["form"]
    assert form["period_from"].value() == ["15", "1", "2020"]
    assert "15/01/2020" in form["addresses_known"].value()


def test_who_lives_with_her_only_where_they_are_minors(online: Cast, citizen_client: Client) -> None:
    with acting_for(online.mundaka.pk):
        home = people.ane().inscriptions.get().dwelling
        people.child(home)
    rows = page(citizen_client, "SOC-001", "2").context["form"]["household_members"].value()
    assert [row["name"] for row in rows] == ["Ane", "June"]
    with acting_for(online.mundaka.pk):
        people.ane(home, given_name="Iker", identifier="87654321X")
    assert not page(citizen_client, "SOC-001", "2").context["form"]["household_members"].value()


def test_nothing_for_who_has_not_proved_who_she_is_nor_of_another(online: Cast, browser: Browser) -> None:
    with acting_for(online.mundaka.pk):
        people.ane()
        people.ane(given_name="Jon", identifier="00000023T")
    unproved = page(browser(online.jon), "PAD-018", you_identifier="12345678Z")
    assert SOURCE not in unproved.content.decode() and "Intxaurrondo" not in unproved.content.decode()
    for_another = page(browser(online.ane, level=Level.CERTIFICATE), "PAD-009", you_as="other")
    assert "Intxaurrondo" not in for_another.content.decode()


def test_the_table_names_questions_that_take_what_it_says(catalogue: None) -> None:
    forms = {code: find_definition(code) for code in Procedure.objects.values_list("code", flat=True)}
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            assert row["kind"] in KINDS
            named = [row["procedure"]] if row["procedure"] else forms
            fields = [(code, one) for code in named for one in forms[code].form.fields if one.name == row["field"]]  # type: ignore[union-attr]
            assert any(kind_of(code, one) == row["kind"] for code, one in fields), row

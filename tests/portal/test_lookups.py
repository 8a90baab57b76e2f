"""What is looked up about somebody, and her objections, which she takes back herself."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.audit.constants import Level
from core.audit.models import AuditRow
from core.audit.services import SYSTEM
from core.interoperability.constants import DEMO
from core.interoperability.models import DataLookup, Objection
from core.interoperability.services import object_to
from core.municipalities.scope import acting_for
from tests.case_files.files import opened, walk_to
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
PAGE = "/balmaseda/es/folder/looked-up/"  # from any town


@pytest.fixture
def objection(cast: Cast) -> Objection:
    with acting_for(cast.mundaka.pk):
        return object_to(person_id=cast.ane.person_id or 0, kind="tax", reason="Mis cuentas", actor=SYSTEM)


def test_an_objection_is_shown_and_taken_back_by_whose_it_is(
    cast: Cast, objection: Objection, citizen_client: Client, browser: Browser
) -> None:
    assert "Mis cuentas" in citizen_client.get(PAGE).content.decode()
    jon = browser(cast.jon, level=Level.CERTIFICATE)
    assert "Mis cuentas" not in jon.get(PAGE).content.decode()
    assert jon.post(PAGE, {"objection": objection.pk}).status_code == 404
    for wrong in ("", "x", "9" * 30, "0"):
        assert citizen_client.post(PAGE, {"objection": wrong}).status_code == 404
    assert citizen_client.post(PAGE, {"objection": objection.pk}).status_code == 302
    assert "Mis cuentas" not in citizen_client.get(PAGE).content.decode()
    with acting_for(cast.mundaka.pk):
        assert Objection.objects.get().until
        row = AuditRow.objects.get(action="interoperability.objection_ended")
    assert row.actor_person_id == cast.ane.person_id
    assert PAGE.removeprefix("/balmaseda") in citizen_client.get("/balmaseda/es/folder/").content.decode()


def test_a_demonstrations_answer_says_so_wherever_it_is_read(
    cast: Cast, citizen_client: Client, clerk_client: Client
) -> None:
    with acting_for(cast.mundaka.pk):
        file = opened(cast)
        walk_to(file, "check_docs", cast.clerk())
        file.form = {"looked_up": [{"code": "id", "names": {"eu": "x", "es": "x"}, "required": True}]}
        file.save(update_fields=["form"])
        DataLookup.objects.create(
            kind="tax", person=cast.ane.person, case_reference=file.reference, procedure_code="URB-002",
            purpose="Obra", legal_basis="-", state="answered", source=DEMO, holds=True,
        )  # fmt: skip
    mark = "Demostración: no se preguntó a nadie"
    assert mark in citizen_client.get(PAGE).content.decode()
    assert mark in clerk_client.get(f"/mundaka/es/admin/case-files/{file.reference}/").content.decode()

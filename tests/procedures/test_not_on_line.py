"""What the town hall does not take on line, or no longer: not begun, not sent, and the page says what to do instead."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.municipalities.constants import Module
from core.municipalities.models import ModuleAdoption
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns
from procedures import services
from procedures.constants import DraftState
from procedures.models import TownProcedure
from registry.models import Entry
from tests.cast import Cast
from tests.procedures.test_filing_at_desk import begun
from tests.procedures.test_town_forms import town_adds
from tests.procedures.walking import Walk

pytestmark = pytest.mark.django_db
OFF = "Udalak ez du hau linean hartzen"


def sets(cast: Cast, code: str = "REG-001", **values: Any) -> None:
    with acting_for(cast.mundaka.pk):
        TownProcedure.objects.filter(procedure__code=code).update(**values)
    services.forget_town_procedures()


def drop_module(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        assert ModuleAdoption.objects.filter(module=Module.PROCEDURES).delete()[0]
    forget_towns()


WAYS: dict[str, Callable[[Cast], None]] = {
    "provided by others": lambda cast: sets(cast, provider="Mankomunitatea"),
    "only in person": lambda cast: sets(cast, channels=["in_person"]),
    "switched off": lambda cast: sets(cast, enabled=False),
    "module dropped": drop_module,
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_not_begun(online: Cast, citizen_client: Client, way: str) -> None:
    WAYS[way](online)
    for call in (citizen_client.get, citizen_client.post):
        assert call("/mundaka/eu/procedures/REG-001/start/").status_code == 404


@pytest.mark.parametrize("way", WAYS)
def test_what_was_begun_before_is_kept_and_every_page_says_so(online: Cast, citizen_client: Client, way: str) -> None:
    walk = Walk(citizen_client, "REG-001").begin().answer()
    seen = walk.seen()
    WAYS[way](online)
    for step in ("1", "documents", "check"):
        page = citizen_client.get(walk.url(step)).content.decode()
        assert OFF in page and ("Mankomunitatea" in page) == (way == "provided by others")
    assert OFF in citizen_client.get(f"/mundaka/eu/drafts/{walk.slug}/").content.decode()
    assert walk.send(seen).at == "check"
    with acting_for(online.mundaka.pk):
        assert not Entry.objects.exists()
    assert walk.draft(online).state == DraftState.OPEN


def test_what_she_was_writing_when_it_was_withdrawn_is_saved(online: Cast, citizen_client: Client) -> None:
    walk = Walk(citizen_client, "REG-001").begin()
    sets(online, enabled=False)
    walk.post(walk.at, {"you_as": "self", "you_name": "Ane"})
    assert walk.draft(online).data["you"]["you_as"] == ["self"]


def test_at_the_desk_what_is_in_person_is_filed(online: Cast, clerk_client: Client) -> None:
    sets(online, channels=["in_person"])
    assert begun(clerk_client).answer(you_email="").send().at == "done"


def test_at_the_desk_the_towns_own_form_is_asked(online: Cast, clerk_client: Client) -> None:
    name = town_adds(online)
    services.forget_town_procedures()
    services.forget_definitions()
    assert name in clerk_client.get(begun(clerk_client).url("1")).content.decode()

"""Filing for another: the powers that the register knows are offered; without one, the clerk is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from case_files.models import CaseFile, CaseParty
from core.audit.constants import Level
from core.municipalities.scope import acting_for, reading_own
from core.representation import services
from core.representation.models import Power
from core.representation.services import Grantor
from tests.cast import Cast
from tests.procedures.answers import YOU
from tests.procedures.walking import Walk
from tests.representation.test_powers import AMAIA, amaia, ane_grants

pytestmark = pytest.mark.django_db
__all__ = ["amaia"]
Browser = Callable[..., Client]


def at_whom(client: Client, code: str = "REG-001", **you: str) -> Walk:
    walk = Walk(client, code, language="es").begin()
    walk.post("you", {**YOU, "you_as": "other", **you})
    assert walk.at == "represented"
    return walk


def test_a_power_is_offered_and_the_other_sees_the_file(online: Cast, amaia: object, browser: Browser) -> None:
    power = services.accept(ane_grants(online), actor=online.citizen(amaia))  # type: ignore[arg-type]
    walk = at_whom(browser(amaia, level=Level.CERTIFICATE))
    assert power.number in walk.client.get(walk.url("represented")).content.decode()
    walk.post("represented", {"represented_power": power.number})
    walk.answer().send()
    with acting_for(online.mundaka.pk):
        applicant, agent = CaseParty.objects.order_by("pk")
        assert (applicant.name, applicant.identifier) == ("Ane Etxebarria Uriarte", "12345678Z")
        assert (agent.capacity, agent.power, agent.identifier) == ("representative", power.number, AMAIA)
    with reading_own(online.ane.person_id or 0):
        assert CaseFile.objects.count() == 1


def test_one_that_ended_while_she_wrote_is_asked_again(online: Cast, amaia: object, browser: Browser) -> None:
    power = services.accept(ane_grants(online), actor=online.citizen(amaia))  # type: ignore[arg-type]
    walk = at_whom(browser(amaia, level=Level.CERTIFICATE))
    walk.post("represented", {"represented_power": power.number})
    walk.answer()
    services.revoke(power, actor=online.citizen(online.ane))
    walk.send()
    assert "/represented/" in walk.response["Location"]
    with acting_for(online.mundaka.pk):
        assert not CaseFile.objects.exists()


def test_without_a_power_the_clerk_reads_that_there_is_none(
    online: Cast, citizen_client: Client, clerk_client: Client
) -> None:
    walk = at_whom(citizen_client)
    assert "represented_power" not in citizen_client.get(walk.url("represented")).content.decode()
    walk.post("represented", {"represented_name": "Jon Aldana", "represented_identifier": "00000023T"})
    walk.answer().send()
    with acting_for(online.mundaka.pk):
        reference = CaseFile.objects.get().reference
        assert CaseParty.objects.get(capacity="representative").power == ""
    page = clerk_client.get(f"/mundaka/en/admin/case-files/{reference}/").content.decode()
    assert "Not in the register of powers" in page


def test_a_company_s_certificate_is_its_own_proof(online: Cast, citizen_client: Client) -> None:
    session = citizen_client.session
    session["identity_evidence"] = {"represents": {"nif": "B95000006", "name": "Arotz SL"}}
    session.save()
    walk = at_whom(citizen_client, you_as="company")
    page = citizen_client.get(walk.url("represented")).content.decode()
    assert 'value="Arotz SL"' in page and 'value="B95000006"' in page
    walk.post("represented", {"represented_name": "Arotz SL", "represented_identifier": "B95000006"})
    walk.answer().send()
    with acting_for(online.mundaka.pk):
        assert CaseParty.objects.get(capacity="representative").power == "certificate"


def test_a_child_s_parent_files_for_the_child(online: Cast, citizen_client: Client) -> None:
    person = online.ane.person
    assert person
    with acting_for(online.mundaka.pk):
        power = services.grant(
            grantor=Grantor(person, "Haizea Aldana"),
            agent_name=str(person),
            agent_identifier="12345678Z",
            valid_to=timezone.localdate() + timedelta(days=300),
            accepted=True,
            actor=online.clerk(),
        )
        Power.objects.update(basis="parent")
    walk = at_whom(citizen_client)
    walk.post("represented", {"represented_power": power.number})
    walk.answer().send()
    with acting_for(online.mundaka.pk):
        applicant = CaseParty.objects.get(capacity="applicant")
        assert (applicant.name, applicant.identifier, applicant.person_id) == ("Haizea Aldana", "", None)

"""REG-013 and REG-014: a power granted and taken back on line, answered in the same visit."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from case_files.constants import State
from case_files.models import CaseFile
from core.documents.models import Document
from core.documents.services import render_now
from core.municipalities.scope import acting_for
from core.representation.models import Power
from tests.cast import Cast
from tests.procedures.walking import Walk

pytestmark = pytest.mark.django_db


def days(name: str, on: object) -> dict[str, str]:
    return {f"{name}_0": str(on.day), f"{name}_1": str(on.month), f"{name}_2": str(on.year)}  # type: ignore[attr-defined]


def granted(client: Client, **changes: str) -> Walk:
    told = {
        "representative_nif": "87654321X",
        "representative_name": "Amaia Bilbao",
        "scope": "all_procedures",
        **days("valid_until", timezone.localdate() + timedelta(days=365)),
        **changes,
    }
    walk = Walk(client, "REG-013").begin()
    walk.post("1", told)
    return walk.send()


def test_a_power_is_granted_and_taken_back_in_two_visits(online: Cast, citizen_client: Client) -> None:
    granted(citizen_client)
    with acting_for(online.mundaka.pk):
        power = Power.objects.get()
        assert (power.grantor_name, power.grantor_identifier) == ("Ane Etxebarria Uriarte", "12345678Z")
        assert (power.evidence, power.state, power.scope) == ("web", "proposed", "town")
        deed = Document.objects.get(template="statement")
        assert power.number in str(deed.context)
        assert render_now(deed).sealed_at
        assert CaseFile.objects.get().state == State.CLOSED
    walk = Walk(citizen_client, "REG-014").begin()
    walk.post("1", {"power_number": power.number.lower(), **days("effective_date", timezone.localdate())})
    walk.send()
    with acting_for(online.mundaka.pk):
        assert Power.objects.get().state == "revoked"
        assert Document.objects.filter(template="statement").count() == 2


def test_a_power_is_for_what_one_may_do_for_another(online: Cast, citizen_client: Client) -> None:
    granted(citizen_client, scope="single_procedure", scope_procedure="URB-002")
    granted(citizen_client, scope="family_of_procedures", scope_family="URB")
    with acting_for(online.mundaka.pk):
        assert list(Power.objects.order_by("pk").values_list("procedures", flat=True)) == [["URB-002"], ["URB"]]
    # a slip of the padron is given to herself alone, NOT holds nothing else, and VEH-001 is answered to a company too
    for scope in ({"scope_procedure": "PAD-006"}, {"scope_family": "NOT"}, {"scope_procedure": "VEH-001"}, {}):
        kind = "family_of_procedures" if "scope_family" in scope else "single_procedure"
        walk = granted(citizen_client, scope=kind, **scope)
        assert "/done/" not in walk.response["Location"]
    with acting_for(online.mundaka.pk):
        assert Power.objects.count() == 2


def test_a_number_that_the_register_does_not_know_goes_to_a_clerk(online: Cast, citizen_client: Client) -> None:
    walk = Walk(citizen_client, "REG-014").begin()
    walk.post("1", {"power_number": "PW-XXXXXXXX", **days("effective_date", timezone.localdate())})
    walk.send()
    with acting_for(online.mundaka.pk):
        assert CaseFile.objects.get().state == State.OPEN


def test_a_company_s_power_may_be_for_just_one_of_those_that_are_answered_to_it_at_once(
    online: Cast, citizen_client: Client
) -> None:
    session = citizen_client.session
    session["identity_evidence"] = {"represents": {"nif": "B95000006", "name": "Arotz SL"}}
    session.save()
    granted(citizen_client, scope="single_procedure", scope_procedure="VEH-001")
    with acting_for(online.mundaka.pk):
        power = Power.objects.get()
    assert (power.procedures, power.grantor_name) == (["VEH-001"], "Arotz SL")

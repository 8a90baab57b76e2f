"""Who has seen my data; what each line says."""

import re
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import translation

from core.audit.models import AuditRow
from core.audit.services import explain, readings_about, record, record_reading, sentences
from core.identity.services.desk import look_up_person
from core.municipalities.scope import acting_for
from tests.cast import Cast


def test_a_person_sees_who_looked_her_up_in_every_town_and_why(cast: Cast, citizen_client: Client) -> None:
    for town in (cast.mundaka, cast.balmaseda):
        actor = cast.clerk(cast.koldo if town == cast.balmaseda else cast.miren)
        with acting_for(town.pk):
            look_up_person("nif", "12345678Z", reason="2026-E-000001", actor=actor)
    assert cast.ane.person_id
    with translation.override("en"):
        said = [explain(row) for row in readings_about(cast.ane.person_id)]
    assert said == [
        "Koldo Ortiz looked up the identity of Ane Etxebarria Uriarte",
        "Miren Bilbao looked up the identity of Ane Etxebarria Uriarte",
    ]
    page = citizen_client.get("/mundaka/en/account/who-has-seen-my-data/").content.decode()
    assert "Koldo Ortiz" in page and "2026-E-000001" in page


def test_nobody_sees_another_persons_readings_nor_her_own_visits(cast: Cast) -> None:
    assert cast.ane.person_id and cast.jon.person_id
    with acting_for(cast.mundaka.pk):
        record_reading("case_files.casefile", actor=cast.clerk(), subject=cast.ane.person_id)
        record_reading("case_files.casefile", actor=cast.citizen(cast.ane), subject=cast.ane.person_id)
    assert len(readings_about(cast.ane.person_id)) == 1
    assert readings_about(cast.jon.person_id) == []


def test_a_town_reads_its_own_lines_only_and_a_sign_in_is_no_towns(cast: Cast, clerk_client: Client) -> None:
    with acting_for(cast.balmaseda.pk):
        record("case_files.resolved", actor=cast.clerk(cast.koldo))
    with acting_for(cast.mundaka.pk):
        record("identity.signed_in", actor=cast.citizen(cast.ane), municipality_id=None)
        record("identity.proved", actor=cast.clerk(), target=cast.ane.person, data={"method": "desk"})
        assert [row.action for row in AuditRow.objects.all()] == ["identity.proved"]
    page = clerk_client.get("/mundaka/en/admin/audit/auditrow/").content.decode()
    assert "The identity of Ane Etxebarria Uriarte was proved: At the desk" in page
    assert "Koldo" not in page
    with acting_for(cast.mundaka.pk):
        line = AuditRow.objects.get()
    assert clerk_client.post(f"/mundaka/en/admin/audit/auditrow/{line.pk}/change/", {}).status_code == 403


def test_every_code_that_identity_and_the_audit_write_has_its_sentence() -> None:
    written = set()
    for room in ("identity", "audit", "municipalities"):
        for path in Path(settings.BASE_DIR, "core", room).rglob("*.py"):
            written |= set(re.findall(r'record\(\s*"([a-z_.]+)"', path.read_text()))
    assert written and written <= set(sentences)

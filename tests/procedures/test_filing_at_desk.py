"""A clerk files for somebody who stands at the desk: the same form, her consent, and both in the record."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from case_files.models import CaseDocument, CaseFile, CaseParty
from core.audit.models import AuditRow
from core.documents.models import Document
from core.documents.services import render_now
from core.identity.constants import Role
from core.identity.models import Membership
from core.municipalities.scope import acting_for, reading_own
from procedures.models import Draft
from tests.cast import Cast
from tests.procedures.walking import PDF, Walk

pytestmark = pytest.mark.django_db
DESK = "/mundaka/en/admin/desk-filing/"
ANE = {
    "procedure": "REG-001", "document": "DNI", "number": "12345678z", "country": "ES", "given_name": "Ane",
    "surname1": "Etxebarria", "surname2": "Uriarte", "consent": "spoken",
}  # fmt: skip


def begun(clerk: Client, **changes: object) -> Walk:
    answer = clerk.post(DESK, {**ANE, **changes})
    assert answer.status_code == 302, answer.content.decode()
    walk = Walk(clerk, str(changes.get("procedure", "REG-001")), language="en")
    walk.slug = answer["Location"].split("/drafts/")[1].split("/")[0]
    walk.response = clerk.get(answer["Location"])
    return walk


def test_the_request_is_hers_and_the_record_names_both(online: Cast, clerk_client: Client) -> None:
    walk = begun(clerk_client)
    page = clerk_client.get(walk.url("you")).content.decode()
    assert "At the desk: you write this for Ane Etxebarria Uriarte" in page and "you_name" not in page
    walk.answer(you_email="")
    assert "Ane Etxebarria Uriarte" in clerk_client.get(walk.url("check")).content.decode()
    walk.send()
    done = clerk_client.get(walk.url("done")).content.decode()
    assert "To the case file" in done
    ane = online.ane.person_id
    with acting_for(online.mundaka.pk):
        party = CaseParty.objects.get()
        assert (party.person_id, party.identifier, party.capacity) == (ane, "12345678Z", "applicant")
        row = AuditRow.objects.get(action="procedures.filed_at_desk")
        assert (row.actor_user_id, row.channel, row.subject_person_id) == (online.miren.pk, "desk", ane)
        consent = Document.objects.get(template="statement")
        assert consent.context["clerk"] == "Miren Bilbao" and consent.context["party_identifier"] == "12345678Z"
        assert CaseDocument.objects.get(document=consent).type_code == "consent"
        assert render_now(consent).sealed_at
    with reading_own(ane or 0):
        assert CaseFile.objects.count() == 1


def test_what_she_signed_on_paper_is_attached(online: Cast, clerk_client: Client) -> None:
    missing = clerk_client.post(DESK, {**ANE, "consent": "paper"})
    assert "Scan the paper that she or he has signed." in missing.content.decode()
    walk = begun(clerk_client, consent="paper", scan=SimpleUploadedFile("baimena.pdf", PDF))
    walk.answer(you_email="").send()
    with acting_for(online.mundaka.pk):
        kinds = set(CaseDocument.objects.filter(type_code="consent").values_list("role", flat=True))
    assert kinds == {"attachment", "other"}


def test_what_takes_a_certificate_is_filed_too_for_the_clerk_has_seen_the_document(
    online: Cast, clerk_client: Client
) -> None:
    begun(clerk_client, procedure="PAD-001").answer(you_email="").send()
    with acting_for(online.mundaka.pk):
        assert CaseFile.objects.get().procedure_code == "PAD-001"


def test_it_is_no_draft_of_the_clerk_s_own(online: Cast, clerk_client: Client) -> None:
    walk = begun(clerk_client)
    own = Walk(clerk_client, "REG-001").begin()
    assert own.slug != walk.slug
    assert "At the desk" not in clerk_client.get(own.url("you")).content.decode()
    assert "Begun and not sent" in clerk_client.get(DESK).content.decode()


def test_nobody_else_opens_it(online: Cast, clerk_client: Client, browser: Callable[..., Client]) -> None:
    walk = begun(clerk_client)
    assert browser(online.ane).get(walk.url("you")).status_code == 404
    assert browser(online.koldo, second_factor=True).get(walk.url("you")).status_code == 404
    assert browser(online.miren).get(walk.url("you")).status_code == 404  # no second factor in this session
    with acting_for(online.mundaka.pk):
        Membership.objects.filter(user=online.miren, role=Role.REGISTRAR).delete()
    assert clerk_client.get(walk.url("you")).status_code == 404
    assert clerk_client.get(DESK).status_code == 403
    with acting_for(online.mundaka.pk):
        assert Draft.objects.get().state == "open"


def test_a_wrong_number_is_told_and_nothing_is_left(online: Cast, clerk_client: Client) -> None:
    page = clerk_client.post(DESK, {**ANE, "number": "12345678A"}).content.decode()
    assert "This number is not right" in page
    with acting_for(online.mundaka.pk):
        assert not Draft.objects.exists()

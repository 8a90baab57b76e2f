"""Sending is signing where the session is identified: the consent stands in the entry, and the book chains it."""

import hashlib
import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from case_files.models import CaseParty
from core.audit.constants import Level
from core.municipalities.scope import acting_for
from procedures.catalogue import forget_definitions
from procedures.models import Procedure
from registry.models import Entry
from registry.services import verify_book
from tests.cast import Cast
from tests.clients import sign_in
from tests.procedures.answers import samples
from tests.procedures.test_once_only import to_documents, upload
from tests.procedures.walking import PDF, Walk

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


@pytest.mark.parametrize(("level", "signs"), [(Level.CERTIFICATE, True), (Level.ACCOUNT, False)])
def test_what_the_page_said_is_kept_with_what_was_asked(
    online: Cast, browser: Browser, level: Level, signs: bool
) -> None:
    walk = Walk(browser(online.ane, level=level), "REG-001").begin().answer()
    consent = "Eskaera hau hemen dagoen bezala sinatzen dut"
    assert (consent in walk.client.get(walk.url("check")).content.decode()) == signs
    seen = walk.seen()
    assert walk.send(seen).at == "done"
    with acting_for(online.mundaka.pk):
        entry = Entry.objects.select_related("book").get()
        kept = entry.content.get("signature", {})
        assert bool(kept) == signs
        if signs:
            assert kept["statement"].startswith(consent) and kept["person"] == online.ane.person_id
            assert kept["shown"] == seen["shown"]
        assert verify_book(entry.book) == []


def again(entry: Entry) -> str:
    """The fingerprint of what was signed, from the entry and nothing else."""
    kept, names = (
        entry.content["signature"],
        ("person", "statement", "applicant", "objections", "consented", "types", "fee"),
    )
    content = {name: entry.content[name] for name in ("form", "answers")} | {name: kept[name] for name in names}
    content["documents"] = [[one["file_name"], one["sha256"]] for one in entry.attachments]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def signed(online: Cast) -> Entry:
    with acting_for(online.mundaka.pk):
        CaseParty.objects.update(email="another@example.eus")
        return Entry.objects.get()


@pytest.mark.parametrize("code", ["REG-001", "URB-002"])
def test_what_was_signed_can_be_worked_out_again_from_the_entry_alone(
    online: Cast, browser: Browser, code: str
) -> None:
    assert Walk(browser(online.ane, level=Level.CERTIFICATE), code).begin().answer().send().at == "done"
    entry = signed(online)
    assert again(entry) == entry.content["signature"]["shown"]
    entry.content["signature"]["applicant"]["email"] = "another@example.eus"
    assert again(entry) != entry.content["signature"]["shown"]


def test_her_objection_and_her_consent_are_part_of_what_she_signed(online: Cast, browser: Browser) -> None:
    walk = to_documents(Walk(browser(online.ane, level=Level.CERTIFICATE), "VEH-002").begin())
    asked = {"objects_to": "vehicle_permit", "objection_reason": "Nahiago dut", "consents_to": "disability_cert"}
    walk.post("documents", asked | upload("responsible_decl"))
    walk.post("documents", asked | upload("vehicle_permit"))
    seen = walk.seen()
    for _twice in range(2):  # the second time it is asked for
        walk.post("documents", asked | {"consents_to": ""} | upload("disability_cert"))
    assert walk.at == "check" and walk.send(seen).at == "check"
    walk.post("documents", asked)
    assert walk.send().at == "done"
    entry = signed(online)
    kept = entry.content["signature"]
    assert (kept["objections"], kept["consented"]) == ({"vehicle_permit": "Nahiago dut"}, ["disability_cert"])
    assert again(entry) == kept["shown"]


def test_a_discreet_entry_keeps_no_more_than_the_fingerprint(online: Cast, browser: Browser) -> None:
    Procedure.objects.filter(code="REG-001").update(discreet=True)
    forget_definitions()
    assert Walk(browser(online.ane, level=Level.CERTIFICATE), "REG-001").begin().answer().send().at == "done"
    kept = signed(online).content["signature"]
    assert set(kept) == {"method", "statement", "shown", "person", "level", "session"}


def change_subject(walk: Walk) -> None:
    walk.post("1", {**samples(walk.definition.form.on_page(1)), "subject": "NEVER SHOWN"})


def attach_another(walk: Walk) -> None:
    walk.post("documents", {"file_attachments": SimpleUploadedFile("another.pdf", PDF + b"another")})
    assert walk.response.status_code == 302


@pytest.mark.parametrize("meanwhile", [change_subject, attach_another])
def test_what_another_window_changed_is_not_signed_unseen(
    online: Cast, browser: Browser, meanwhile: Callable[[Walk], None]
) -> None:
    walk = Walk(browser(online.ane, level=Level.CERTIFICATE), "REG-001").begin().answer()
    seen = walk.seen()
    meanwhile(walk)
    assert walk.send(seen).at == "check"
    page = walk.client.get(walk.url("check")).content.decode()
    assert "Ez da ezer bidali" in page and ("NEVER SHOWN" in page or "another.pdf" in page)
    with acting_for(online.mundaka.pk):
        assert not Entry.objects.exists()
    assert walk.send().at == "done"


def test_who_identified_herself_meanwhile_signs_nothing_that_her_page_did_not_say(
    online: Cast, browser: Browser
) -> None:
    """The page that she had open told a session that was not identified to declare, not to sign."""
    client = browser(online.ane)
    walk = Walk(client, "REG-001").begin().answer()
    seen = walk.seen()
    sign_in(client, online.ane, level=Level.CERTIFICATE)
    assert walk.send(seen).at == "check"
    assert walk.send({}).at == "check"  # nor does a page without a word
    assert walk.send().at == "done"

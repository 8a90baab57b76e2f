"""Sending is signing where the session is identified: the consent stands in the entry, and the book chains it."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.audit.constants import Level
from core.municipalities.scope import acting_for
from registry.models import Entry
from registry.services import verify_book
from tests.cast import Cast
from tests.clients import sign_in
from tests.procedures.answers import samples
from tests.procedures.walking import PDF, Walk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("level", "signs"), [(Level.CERTIFICATE, True), (Level.ACCOUNT, False)])
def test_what_the_page_said_is_kept_with_what_was_asked(
    online: Cast, browser: Callable[..., Client], level: Level, signs: bool
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


def change_subject(walk: Walk) -> None:
    walk.post("1", {**samples(walk.definition.form.on_page(1)), "subject": "NEVER SHOWN"})


def attach_another(walk: Walk) -> None:
    walk.post("documents", {"file_attachments": SimpleUploadedFile("another.pdf", PDF + b"another")})
    assert walk.response.status_code == 302


@pytest.mark.parametrize("meanwhile", [change_subject, attach_another])
def test_what_another_window_changed_is_not_signed_unseen(
    online: Cast, browser: Callable[..., Client], meanwhile: Callable[[Walk], None]
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
    online: Cast, browser: Callable[..., Client]
) -> None:
    """The page that she had open told a session that was not identified to declare, not to sign."""
    client = browser(online.ane)
    walk = Walk(client, "REG-001").begin().answer()
    seen = walk.seen()
    sign_in(client, online.ane, level=Level.CERTIFICATE)
    assert walk.send(seen).at == "check"
    assert walk.send({}).at == "check"  # nor does a page without a word
    assert walk.send().at == "done"

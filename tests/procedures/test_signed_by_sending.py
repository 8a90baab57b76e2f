"""Sending is signing where the session is identified: the consent stands in the entry, and the book chains it."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.audit.constants import Level
from core.municipalities.scope import acting_for
from registry.models import Entry
from registry.services import verify_book
from tests.cast import Cast
from tests.procedures.walking import Walk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("level", "signs"), [(Level.CERTIFICATE, True), (Level.ACCOUNT, False)])
def test_what_the_page_said_is_kept_with_what_was_asked(
    online: Cast, browser: Callable[..., Client], level: Level, signs: bool
) -> None:
    walk = Walk(browser(online.ane, level=level), "REG-001").begin().answer()
    consent = "Eskaera hau hemen dagoen bezala sinatzen dut"
    assert (consent in walk.client.get(walk.url("check")).content.decode()) == signs
    assert walk.client.post(walk.url("check"))["Location"].endswith("/done/")
    with acting_for(online.mundaka.pk):
        entry = Entry.objects.select_related("book").get()
        kept = entry.content.get("signature", {})
        assert bool(kept) == signs
        if signs:
            assert kept["statement"].startswith(consent) and kept["person"] == online.ane.person_id
        assert verify_book(entry.book) == []

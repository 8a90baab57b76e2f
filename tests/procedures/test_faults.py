"""What breaks around a request: the broker is away, the proxy refuses, two towns share an address."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from biscaytik.launcher import process
from case_files.models import CaseFile
from core.municipalities.scope import acting_for
from core.notifications.models import OutboxRow
from core.notifications.services import nudging
from registry.models import Entry
from tests.cast import Cast
from tests.procedures.walking import PDF, Walk

Browser = Callable[..., Client]


@pytest.mark.django_db(transaction=True)
def test_with_redis_down_a_request_gets_its_number_and_its_receipts_row(
    transactional_db: None, online: Cast, browser: Browser, settings: Any
) -> None:
    from celery import current_app

    walk = Walk(browser(online.jon), "REG-001").begin().answer()
    url, away = current_app.conf.broker_url, f"redis://127.0.0.1:{process.free_port()}/0"
    current_app.conf.broker_url = away
    nudging.rest_no_longer()
    try:
        walk.send()
    finally:
        current_app.conf.broker_url = url
        nudging.rest_no_longer()
    assert walk.at == "done"
    page = walk.client.get(walk.url("done")).content.decode()
    with acting_for(online.mundaka.pk):
        assert Entry.objects.get().reference in page
        assert OutboxRow.objects.filter(kind="documents.render", done_at=None).count() == 2


def test_another_towns_reference_opens_nothing(online: Cast, browser: Browser) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin().answer().send()
    with acting_for(online.mundaka.pk):
        assert CaseFile.objects.exists()
    for page in ("check", "done", "documents", "later", "you"):
        there = walk.url(page).replace("/mundaka/", "/balmaseda/")
        assert walk.client.get(there).status_code == 404, page
        assert walk.client.post(there).status_code in (404, 405), page


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_sixty_megabytes_through_the_real_nginx_are_refused_beside_the_field_and_lose_nothing(
    transactional_db: None,
    online: Cast,
    browser: Browser,
    live_stack: Callable[..., Any],
    real_nginx: Callable[..., Any],
) -> None:
    walk = Walk(browser(online.jon), "REG-001").begin().answer()
    stack = live_stack(parts=("web",))
    nginx = real_nginx(upstream=stack.address.removeprefix("http://"))
    session, token = walk.client.cookies["sessionid"].value, "a" * 32
    answer = nginx.request(
        "POST",
        walk.url("documents"),
        fields={"upload": "1", "file_attachments": ("plan.pdf", PDF + bytes(60 << 20))},
        headers={"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token},
    )
    assert answer.status == 200
    assert "«plan.pdf» fitxategiak 60,0" in answer.data.decode()
    draft = walk.draft(online)
    assert draft.attachments == []
    assert draft.data["1"]["subject"] == ["Zerbait"]

"""What a journey costs in SQL, with BEGIN, COMMIT and the session; the design allows 25 to send and 60 in all."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.audit.constants import Level
from core.municipalities.scope import acting_for
from registry.models import Entry
from tests.cast import Cast
from tests.procedures.answers import YOU, samples
from tests.procedures.walking import Walk

Browser = Callable[..., Client]


def counted(call: Callable[[], Any]) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connection) as captured:
        response = call()
    return response, [query["sql"] for query in captured]


def warm_up(online: Cast, browser: Browser, code: str) -> None:
    """Towns, catalogue and days off are in memory in a process that runs; the year's books are open."""
    Walk(browser(online.ane, level=Level.CERTIFICATE), code).begin().answer().send()


def budget(statements: list[str], most: int) -> None:
    assert len(statements) <= most, "\n".join(f"{n} {sql[:150]}" for n, sql in enumerate(statements, start=1))


@pytest.mark.django_db(transaction=True)
def test_a_whole_journey_takes_52_statements_and_sending_20(
    transactional_db: None, online: Cast, browser: Browser
) -> None:
    warm_up(online, browser, "REG-001")
    client = browser(online.jon)
    walk = Walk(client, "REG-001")
    base, spent = "/mundaka/eu", []
    response, sql = counted(lambda: client.get(f"{base}/procedures/REG-001/start/"))
    budget(sql, 4)
    spent += sql
    response, sql = counted(lambda: client.post(f"{base}/procedures/REG-001/start/"))
    budget(sql, 6)
    spent += sql
    walk.slug = response["Location"].split("/drafts/")[1].split("/")[0]
    _, sql = counted(lambda: walk.post("you", YOU))
    budget(sql, 6)
    spent += sql
    _, sql = counted(lambda: walk.post("1", samples(walk.definition.form.on_page(1))))
    budget(sql, 6)
    spent += sql
    client.post(walk.url("documents"), {"go_on": "1"})  # not one of the seven: this form offers attachments
    seen, sql = counted(walk.seen)
    budget(sql, 5)
    spent += sql
    response, sql = counted(lambda: client.post(walk.url("check"), seen))
    assert response["Location"].endswith("/done/")
    budget(sql, 20)
    assert sum(statement.startswith("SAVEPOINT") for statement in sql) == 0
    spent += sql
    response, sql = counted(lambda: client.get(walk.url("done")))
    assert response.status_code == 200
    budget(sql, 5)
    spent += sql
    budget(spent, 52)


@pytest.mark.django_db(transaction=True)
def test_sending_with_attachments_and_a_representative_that_has_a_fee_takes_24_statements(
    transactional_db: None, online: Cast, browser: Browser
) -> None:
    warm_up(online, browser, "URB-002")
    walk = Walk(browser(online.ane, level=Level.CERTIFICATE), "URB-002").begin().answer()
    seen = walk.seen()
    response, sql = counted(lambda: walk.client.post(walk.url("check"), seen))
    assert response["Location"].endswith("/done/")
    budget(sql, 24)
    with acting_for(online.mundaka.pk):
        assert Entry.objects.count() == 2

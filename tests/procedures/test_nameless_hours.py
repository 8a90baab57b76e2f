"""Hours for which nobody says who she is: a device takes some of a day's, not all, and nothing tells whose it was."""

import logging
import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from core.documents import limits
from core.municipalities.models import Office
from core.municipalities.scope import acting_for
from tests.appointments.desks import make_desk, make_office, make_service
from tests.cast import Cast
from tests.procedures.test_hours import chosen, offered, walked
from town_hall.appointments.models import Booking, Service
from town_hall.appointments.services.booking import HALF_A_DAY, NAMELESS

DEVICE, NETWORK = NAMELESS
ADDRESS, BROWSER = "192.0.2.77", "Nabigatzailea/9.1 (proba)"
Ask = Callable[..., str]


@pytest.fixture
def quiet(online: Cast) -> Service:
    """Young people's advice, which may be asked for without a name: sixteen hours in a day."""
    with acting_for(online.mundaka.pk):
        service = make_service(procedure_codes="JUV-004", per_person_day=1)
        make_desk(make_office(), service, opens="09:00", closes="17:00")
        Office.objects.update(phone="946 000 000")
    return service


@pytest.fixture
def ask(online: Cast, quiet: Service) -> Ask:
    """Ask for the next free hour from a device; answers with the page it ends at."""

    def once(browser: str = BROWSER, address: str = ADDRESS) -> str:
        client = Client(headers={"user-agent": browser}, REMOTE_ADDR=address)
        walk = walked(client, "JUV-004", anonymous="yes", you_email="", contact_email="")
        chosen(walk, offered(walk)[0]).send()
        return walk.at if walk.at == "done" else walk.client.get(walk.response["Location"]).content.decode()

    return once


def taken(cast: Cast) -> int:
    with acting_for(cast.mundaka.pk):
        return Booking.objects.count()


def test_a_device_takes_some_hours_and_then_rings_the_office(online: Cast, ask: Ask) -> None:
    assert [ask() for _ in range(DEVICE)] == ["done"] * DEVICE
    refused = ask()
    assert "946 000 000" in refused and "Zure erantzunak gordeta daude" in refused
    assert taken(online) == DEVICE
    assert ask(browser="Beste bat/1") == "done"  # of the same network
    assert ask(address="198.51.100.3") == "done"


def test_a_device_that_calls_itself_otherwise_each_time_is_stopped_by_its_network(
    online: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("town_hall.appointments.services.booking.NAMELESS", (DEVICE, 3))
    assert [ask(browser=f"Itxurak/{n}") == "done" for n in range(5)] == [True, True, True, False, False]
    assert NETWORK >= 3 * DEVICE  # a telephone network's customers share a few addresses


def test_after_half_a_day_the_same_device_may_ask_again(
    online: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(DEVICE):
        ask()
    assert ask() != "done"
    later = time.time() + HALF_A_DAY
    monkeypatch.setattr(limits.time, "time", lambda: later)
    assert ask() == "done"


def holding(*words: str) -> list[str]:
    """The tables in which one of these words stands anywhere; read as the open door sees them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if cursor.fetchone() == (True,):
                cursor.execute(
                    f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE ANY (%s)", [[f"%{w}%" for w in words]]
                )
                found += [table] * bool(cursor.fetchone()[0])
    return found


def test_nothing_tells_later_from_where_she_asked(
    online: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        while ask() == "done":
            pass
    with acting_for(online.mundaka.pk):
        assert holding(ADDRESS, BROWSER) == []
        assert holding("JUV-004")  # the search does find what is there
    assert ADDRESS not in caplog.text and BROWSER not in caplog.text
    kept = [*limits._counts, *cache._cache]  # type: ignore[attr-defined]
    assert kept and not any(ADDRESS in key or BROWSER in key for key in kept)
    later = time.time() + HALF_A_DAY
    monkeypatch.setattr(limits.time, "time", lambda: later)
    assert all(until <= later for until in cache._expire_info.values() if until)  # type: ignore[attr-defined]
    limits.allow("somebody else", limit=1, seconds=60)
    assert len(limits._counts) == 1

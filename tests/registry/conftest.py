from collections.abc import Callable, Iterator
from datetime import date, datetime

import psycopg
import pytest
from django.db import connection

from core.municipalities.services import terms

CLOCK = """
CREATE SCHEMA IF NOT EXISTS false_clock;
CREATE OR REPLACE FUNCTION false_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
AS $$ SELECT current_setting('false_clock.now')::timestamptz $$;
GRANT USAGE ON SCHEMA false_clock TO biscaytik_app
"""


@pytest.fixture
def as_owner(django_db_setup: None) -> Iterator[Callable[[str], object]]:
    """Runs SQL as the tables' owner, in a connection of its own."""
    there = connection.settings_dict
    who = there["OWNER"]
    with psycopg.connect(
        host=there["HOST"], port=there["PORT"], dbname=there["NAME"], user=who["USER"], password=who["PASSWORD"],
        autocommit=True,
    ) as session:  # fmt: skip
        yield session.execute  # type: ignore[misc]


@pytest.fixture
def clock(db: None, as_owner: Callable[[str], object], monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """`clock(moment)` sets the clock of Postgres and the day of this machine until the test ends; both stand still."""
    as_owner(CLOCK)

    def set_to(moment: datetime) -> None:
        def today() -> date:
            return terms.local_day(moment)

        monkeypatch.setattr(terms, "local_today", today)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('false_clock.now', %s, true)", [moment.isoformat()])
            cursor.execute("SET LOCAL search_path = false_clock, pg_catalog, public")

    return set_to

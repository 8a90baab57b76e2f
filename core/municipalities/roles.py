"""What each database role may do; runs before every migrate, so it holds in a new test database too."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

OWNER = "biscaytik_owner"
SQL = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO biscaytik_app, biscaytik_province;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO biscaytik_app, biscaytik_province;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO biscaytik_citizen;
"""


def grant_defaults(sender: object, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user")
        if (user := cursor.fetchone()[0]) != OWNER:
            raise RuntimeError(f"migrate as {OWNER}, not as {user}: DB_USER={OWNER} manage.py migrate")
        cursor.execute(SQL)

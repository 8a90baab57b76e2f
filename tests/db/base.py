"""The engine of tests/settings.py; everything but the work of the owner logs in as biscaytik_app."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db.backends.postgresql import base, creation, operations
from django.db.models.signals import post_migrate

from biscaytik.launcher import places


@contextmanager
def as_owner(connection: Any) -> Iterator[None]:
    settings = connection.settings_dict
    app = {key: settings[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.close_pool()
    settings.update(settings["OWNER"])
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        settings.update(app)


def _owned(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        with as_owner(self.connection):
            return getattr(super(DatabaseCreation, self), name)(*args, **kwargs)

    method.__name__ = name
    return method


def _schema_digest() -> str:
    """Names the database that migrations make: it changes with whatever they are made of."""
    made_of = ("migrations/*.py", "models.py", "constraints.py")
    rooms = [path for one in made_of for depth in ("*", "*/*") for path in places.CHECKOUT.glob(f"{depth}/{one}")]
    sources = [*sorted(rooms), *sorted(places.CHECKOUT.glob("deploy/postgres/*.sql")), places.CHECKOUT / "uv.lock"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


class DatabaseCreation(creation.DatabaseCreation):
    def create_test_db(
        self, verbosity: int = 1, autoclobber: bool = False, serialize: bool = True, keepdb: bool = False
    ) -> str:
        """Copy the database that is kept migrated in the server; the migrations run only once after they change."""
        name, migrated = self._get_test_db_name(), f"migrated_{_schema_digest()}"
        with as_owner(self.connection), self._nodb_cursor() as cursor:
            if keepdb and self._database_exists(cursor, name):
                return str(super().create_test_db(verbosity, autoclobber, serialize, keepdb))
            cursor.execute("SELECT pg_advisory_lock(48)")  # a worker that comes second finds it made
            if not self._database_exists(cursor, migrated):
                cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'migrated\\_%'")
                for (old,) in cursor.fetchall():
                    cursor.execute(f'DROP DATABASE "{old}"')
                super().create_test_db(verbosity, autoclobber, False, False)
                self.connection.close()
                self.connection.close_pool()
                cursor.execute(f'ALTER DATABASE "{name}" RENAME TO "{migrated}"')
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated}"')
        # their rows are in the copy, and a flush leaves them there
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
        post_migrate.disconnect(create_contenttypes)
        settings.DATABASES[self.connection.alias]["NAME"] = name
        self.connection.settings_dict["NAME"] = name
        return name

    destroy_test_db = _owned("destroy_test_db")
    clone_test_db = _owned("clone_test_db")
    serialize_db_to_string = _owned("serialize_db_to_string")
    deserialize_db_from_string = _owned("deserialize_db_from_string")


class DatabaseOperations(operations.DatabaseOperations):
    def sql_flush(self, style: Any, tables: Any, **how: bool) -> list[str]:
        """Everything but what `migrate` itself has written."""
        kept = {"auth_permission", "django_content_type"}
        return list(super().sql_flush(style, [table for table in tables if table not in kept], **how))

    def execute_sql_flush(self, sql_list: Any) -> None:
        with as_owner(self.connection):
            super().execute_sql_flush(sql_list)


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation
    ops_class = DatabaseOperations

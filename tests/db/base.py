"""The engine of tests/settings.py; everything but the work of the owner logs in as biscaytik_app."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base, creation, operations


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


class DatabaseCreation(creation.DatabaseCreation):
    create_test_db = _owned("create_test_db")
    destroy_test_db = _owned("destroy_test_db")
    clone_test_db = _owned("clone_test_db")
    serialize_db_to_string = _owned("serialize_db_to_string")
    deserialize_db_from_string = _owned("deserialize_db_from_string")


class DatabaseOperations(operations.DatabaseOperations):
    def execute_sql_flush(self, sql_list: Any) -> None:
        with as_owner(self.connection):
            super().execute_sql_flush(sql_list)


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation
    ops_class = DatabaseOperations

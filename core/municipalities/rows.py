"""Objects out of hand-written statements, for the few that nearly every page asks.

Django takes five times as long to compose such a statement as Postgres to answer it: the session's and the draft's took
a quarter of a journey's processor time.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)
Converter = Callable[..., Any] | None


@cache
def columns(model: type[Model], alias: str) -> str:
    """All columns of a table that the statement calls `alias`, in the order in which `take` wants them."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def take(model: type[M], values: Iterator[Any]) -> M | None:
    """The object that comes next in a row, as Django would have read it; None where an outer join found none."""
    names, converters = _shape(model)
    read = [
        convert(value, None, connection) if convert else value
        for convert, value in zip(converters, values, strict=False)
    ]
    made = model.from_db(connection.alias, names, read)
    return None if made.pk is None else made


@cache
def _shape(model: type[Model]) -> tuple[list[str], list[Converter]]:
    fields = model._meta.concrete_fields
    return [field.attname for field in fields], [getattr(field, "from_db_value", None) for field in fields]

"""The only doors through which rows of a municipality can be reached; see docs/architecture.md."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

from django.db import connection, transaction

CITIZEN, PROVINCE = "biscaytik_citizen", "biscaytik_province"


class Scope(NamedTuple):
    municipality: int | None = None
    person: int | None = None
    role: str = "none"


CLOSED = Scope()
SET = (
    "SELECT set_config('app.municipality', %s, true), set_config('app.person', %s, true), set_config('role', %s, true)"
)
# the audit room stands above this one, so it hangs its record of an opened province door in here
province_door_hooks: list[Callable[[str], None]] = []


def current() -> Scope:
    """The scope that is open on this connection."""
    return getattr(connection, "open_scope", CLOSED) if connection.in_atomic_block else CLOSED


def _apply(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET, [str(scope.municipality or ""), str(scope.person or ""), scope.role])


@contextmanager
def _door(scope: Scope) -> Iterator[None]:
    before = current()
    if before == scope:  # already open: no savepoint, no statement
        yield
        return
    nested = connection.in_atomic_block
    with transaction.atomic():
        _apply(scope)
        connection.open_scope = scope  # type: ignore[attr-defined]
        try:
            yield
        finally:
            connection.open_scope = before  # type: ignore[attr-defined]
        # a transaction-local setting survives RELEASE SAVEPOINT; COMMIT and ROLLBACK TO undo it by themselves
        if nested and not connection.needs_rollback:
            _apply(before)


def acting_for(municipality_id: int) -> AbstractContextManager[None]:
    """All work inside one town: its rows are read and written, no other town's are."""
    return _door(Scope(municipality=int(municipality_id)))


def reading_own(person_id: int) -> AbstractContextManager[None]:
    """A person's own rows in every town; nothing can be written."""
    return _door(Scope(person=int(person_id), role=CITIZEN))


@contextmanager
def whole_province(reason: str) -> Iterator[None]:
    """Every town's rows; the reason is written to the audit."""
    if not reason:
        raise ValueError("the province's door needs a reason")
    with _door(Scope(role=PROVINCE)):
        for hook in province_door_hooks:
            hook(reason)
        yield

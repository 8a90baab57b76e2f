"""The outbox: effects that are decided in a transaction and done after its commit, at least once each."""

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.scope import acting_for, current
from core.municipalities.services import DomainError
from core.notifications.constants import Queue
from core.notifications.models import OutboxRow

from .nudging import nudge

Payload = dict[str, Any]
Handler = Callable[[Payload], None]
# seconds until the next try, by how often it was tried; after the last it has failed for good
BACKOFF = (5, 30, 120, 600, 1800, 3600, 4 * 3600, 12 * 3600)


class Temporary(Exception):
    """Raised by a handler whose effect may well succeed later."""


# a disk, a mail server, a database that are away for a while
PASSING = (Temporary, OSError, OperationalError)


@dataclass(frozen=True)
class Effect:
    handler: Handler
    queue: Queue
    on_failure: Callable[[Payload, str], None] | None


_effects: dict[str, Effect] = {}


def register_effect(
    kind: str, *, queue: Queue = Queue.DEFAULT, on_failure: Callable[[Payload, str], None] | None = None
) -> Callable[[Handler], Handler]:
    """`@register_effect("documents.render")`: the decorated `fn(payload)` does effects of this kind, in their town.

    It runs in a transaction of its own and may run twice, so it must be idempotent. Temporary, OSError or a lost
    database are tried again with growing pauses; anything else fails for good, after `on_failure(payload, error)`.
    """

    def register(handler: Handler) -> Handler:
        _effects[kind] = Effect(handler, queue, on_failure)
        return handler

    return register


def put(kind: str, *, key: str, payload: Payload, not_before: datetime | None = None) -> OutboxRow:
    """An unsaved row for `outbox`; the same key is done once in a town. KeyError where nobody does this kind."""
    _effects[kind]
    return OutboxRow(kind=kind, key=key[:100], payload=payload, not_before=not_before or timezone.now())


def outbox(rows: Iterable[OutboxRow]) -> None:
    """Save the effects, in one INSERT, with what caused them; a worker is nudged once that is committed."""
    rows = list(rows)
    OutboxRow.objects.bulk_create(rows, ignore_conflicts=True)
    now = timezone.now()
    for town, queue in {(row.municipality_id, _effects[row.kind].queue) for row in rows if row.not_before <= now}:
        transaction.on_commit(partial(nudge, town or 0, queue), robust=True)


def run_due(municipality_id: int, limit: int = 100, queue: Queue | None = None) -> int:
    """Do what is due in a town, each effect in a transaction of its own; how many were tried.

    Rows that another worker holds are passed over. A worker killed in the middle leaves its row due.
    """
    kinds = [kind for kind, effect in _effects.items() if queue in (None, effect.queue)]
    return sum(1 for _ in zip(range(limit), _tries(municipality_id, kinds), strict=False))


def _tries(municipality_id: int, kinds: list[str]) -> Iterator[int]:
    while (pk := _claim(municipality_id, kinds)) is not None:
        _try(municipality_id, pk)
        yield pk


def _claim(municipality_id: int, kinds: list[str]) -> int | None:
    """Count the try before it begins: an effect that kills its worker each time must come to an end too."""
    with acting_for(municipality_id):
        due = OutboxRow.objects.filter(done_at=None, failed_at=None, not_before__lte=timezone.now(), kind__in=kinds)
        row = due.order_by("not_before", "pk").select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        row.attempts += 1
        # by then it is done, put off, or its worker is dead
        row.not_before = timezone.now() + timedelta(seconds=BACKOFF[min(row.attempts, len(BACKOFF)) - 1])
        row.save(update_fields=["attempts", "not_before"])
        return int(row.pk)


def _try(municipality_id: int, pk: int) -> None:
    with acting_for(municipality_id):
        row = OutboxRow.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
        if row is None or row.done_at or row.failed_at:
            return
        effect = _effects[row.kind]
        try:
            with transaction.atomic():
                effect.handler(row.payload)
        except Exception as error:  # whatever it is, the row must say so: nobody else is there to see it
            _not_done(row, effect, error)
            return
        row.done_at, row.error = timezone.now(), ""
        row.save(update_fields=["done_at", "error"])


def _not_done(row: OutboxRow, effect: Effect, error: Exception) -> None:
    row.error = "".join(traceback.format_exception(error, limit=-3))[-2000:]
    if not isinstance(error, PASSING) or row.attempts > len(BACKOFF):
        row.failed_at = timezone.now()
        if effect.on_failure:
            effect.on_failure(row.payload, str(error) or type(error).__name__)
    row.save(update_fields=["error", "failed_at"])


@transaction.atomic
def retry(*, row: OutboxRow, actor: Actor) -> OutboxRow:
    """Have a failed effect tried again, now. DomainError when it has not failed."""
    row = OutboxRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    require(actor, Role.REGISTRAR, Role.HANDLER, Role.TOWN_ADMINISTRATOR)
    if row.failed_at is None:
        raise DomainError(_("Only what has failed can be tried again."))
    row.failed_at, row.attempts, row.not_before, row.error = None, 0, timezone.now(), ""
    row.save(update_fields=["failed_at", "attempts", "not_before", "error"])
    record("notifications.retried", actor=actor, target=row, object_ref=row.key[:80])
    queue = _effects[row.kind].queue
    transaction.on_commit(partial(nudge, row.municipality_id or 0, queue), robust=True)
    return row


def ask_again(kind: str, *, key: str, payload: Payload) -> None:
    """Put an effect in the outbox, or wake the row that already stands there under this key."""
    OutboxRow.objects.filter(key=key, municipality_id=current().municipality).update(
        done_at=None, failed_at=None, attempts=0, not_before=timezone.now()
    )
    outbox([put(kind, key=key, payload=payload)])

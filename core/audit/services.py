"""Recording: `record(...)` in the same transaction as what it records."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from core.municipalities.scope import reading_own

from .constants import ActorKind, Channel, Level
from .models import AuditRow

READINGS_SHOWN = 200


@dataclass(frozen=True)
class Actor:
    """Who acts, in which town, by which way: one value that every verb takes."""

    kind: ActorKind
    channel: Channel
    name: str = ""
    user_id: int | None = None
    person_id: int | None = None
    municipality_id: int | None = None
    roles: frozenset[str] = frozenset()  # of core.identity.constants.Role, in this municipality, today
    units: frozenset[int] = frozenset()
    level: Level = Level.NONE  # of this session
    proved: bool = False  # the account's owner has proved who she is, once
    evidence: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)

    @property
    def is_clerk(self) -> bool:
        return self.kind == ActorKind.CLERK

    @property
    def is_citizen(self) -> bool:
        return self.kind == ActorKind.CITIZEN


SYSTEM = Actor(kind=ActorKind.SYSTEM, channel=Channel.TASK, name="BiscayTIK")

# action code → its sentence, from what an AuditRow holds; every room registers its own
sentences: dict[str, Callable[[AuditRow], str]] = {}


def register_sentences(**codes: Callable[[AuditRow], str] | Promise) -> None:
    """`register_sentences(documents__read=_("%(who)s read %(what)s"))`; a double underscore stands for the dot.

    A lazy text may hold %(who)s, %(reason)s, and the object as %(what)s, %(person)s or %(number)s; what needs more is a
    function of the row.
    """
    for code, said in codes.items():
        sentences[code.replace("__", ".")] = partial(_filled, said) if isinstance(said, Promise) else said


def _filled(text: Promise, row: AuditRow) -> str:
    what = row.object_ref
    return str(text) % {"who": row.actor_name, "what": what, "person": what, "number": what, "reason": row.reason}


def row(action: str, *, actor: Actor, target: Any = None, subject: int | None = None, **more: Any) -> AuditRow:
    """An unsaved row, for verbs that save several at once. `more` may hold object_ref, reason, data."""
    return AuditRow(
        action=action,
        channel=actor.channel,
        actor_kind=actor.kind,
        actor_user_id=actor.user_id,
        actor_person_id=actor.person_id,
        actor_name=actor.name[:200],
        object_type=target._meta.label_lower if target is not None else "",
        object_id=target.pk if target is not None else None,
        object_ref=more.pop("object_ref", "") or (str(target)[:80] if target is not None else ""),
        subject_person_id=subject,
        **more,
    )


def record(action: str, *, actor: Actor, target: Any = None, subject: int | None = None, **more: Any) -> AuditRow:
    """Add one row, in the transaction of what it records."""
    saved = row(action, actor=actor, target=target, subject=subject, **more)
    saved.save(force_insert=True)
    return saved


def record_all(rows: Iterable[AuditRow]) -> None:
    AuditRow.objects.bulk_create(rows)


def record_reading(what: str, *, actor: Actor, target: Any = None, subject: int | None, **more: Any) -> AuditRow:
    """Somebody looked at a person's data: `record_reading("census.resident", …)` adds `census.resident.read`.

    Say in `reason` why, where the page knows it; the person sees the row in her folder.
    """
    return record(f"{what}.read", actor=actor, target=target, subject=subject, **more)


def readings_about(*person_ids: int) -> list[AuditRow]:
    """Who has looked at a person's data, in any town, newest first: through her own door, her own visits left out.

    `person_ids`: hers, and those of the provisional persons that were merged into her.
    """
    found: list[AuditRow] = []
    for person_id in person_ids:
        with reading_own(person_id):
            mine = Q(actor_kind=ActorKind.CITIZEN, actor_person_id=person_id)
            rows = AuditRow.objects.filter(subject_person_id=person_id, action__endswith=".read").exclude(mine)
            found += rows.select_related("municipality").order_by("-at")[:READINGS_SHOWN]
    return sorted(found, key=lambda row: row.at, reverse=True)[:READINGS_SHOWN]


def explain(audit_row: AuditRow) -> str:
    """The row as a sentence in the reader's language; its code where no room registered one."""
    sentence = sentences.get(audit_row.action)
    return sentence(audit_row) if sentence else audit_row.action

"""What is hashed: the whole entry, and the hash of the one before.

The text is a JSON array, `[previous hash, number, time, deemed time, everything else]`. Postgres puts it together when
it gives the number, so that one statement numbers, chains and writes; this module is how Python reads it again.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from core.audit.services import Actor
from registry.models import Annotation, Entry

# what of an entry is in the last member of the array, in the model's own words
FIELDS = (
    "municipality_id",
    "book_kind",
    "mode",
    "summary",
    "person_id",
    "party",
    "procedure_code",
    "case_reference",
    "unit_id",
    "language",
    "attachments",
    "content",
    "receipt_id",
    "key",
    "actor",
)


def plain(value: Any) -> Any:
    """The value as jsonb will give it back. Numbers with a point become text: jsonb would write them anew."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder, allow_nan=False), parse_float=str)


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment(at: datetime) -> str:
    """UTC with microseconds, as Postgres writes it in the chain."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def rest_of(entry: Entry, kind: str) -> str:
    """The canonical text of all that is known before the number is."""
    return canonical({name: kind if name == "book_kind" else getattr(entry, name) for name in FIELDS})


def hash_of(entry: Entry, kind: str) -> str:
    """The hash that the entry must have, from what now stands in it; `kind` is its book's."""
    rest = rest_of(entry, kind)
    head = canonical([entry.previous_hash, entry.number, moment(entry.at), moment(entry.deemed_at)])
    return hashlib.sha256(f"{head[:-1]},{rest}]".encode()).hexdigest()


def hash_of_annotation(annotation: Annotation) -> str:
    """An annotation's hash covers its place, what it says of which entry, who, when, and the annotation before."""
    value = [
        annotation.previous_hash,
        annotation.number,
        moment(annotation.at),
        annotation.entry_id,
        annotation.kind,
        annotation.text,
        annotation.actor,
    ]
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def signature_of(actor: Actor) -> dict[str, Any]:
    """Who acted, as the book keeps it: the name as it was, for accounts change."""
    return {
        "kind": str(actor.kind),
        "channel": str(actor.channel),
        "name": actor.name,
        "user": actor.user_id,
        "person": actor.person_id,
    }

"""Who may open a draft: its owner in its town, and nobody else learns that it exists."""

import hashlib
import secrets

from django.db import connection
from django.http import Http404

from core.audit.services import Actor
from core.municipalities.models import open_municipality
from core.municipalities.rows import columns, take

from .models import Draft

FOUND = f"SELECT {columns(Draft, 'd')} FROM {Draft._meta.db_table} d WHERE d.municipality_id = %s AND d.slug = %s "


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def get_draft_for(actor: Actor, slug: str, *, token: str = "", lock: bool = False) -> Draft:
    """The draft of the open town that the actor owns by her account, or by the token of an anonymous one.

    Http404 for anybody else's and for another town's. `lock` holds its row until the commit.
    """
    with connection.cursor() as cursor:
        cursor.execute(FOUND + "FOR UPDATE" * lock, [open_municipality(), slug])
        row = cursor.fetchone()
    draft = take(Draft, iter(row)) if row else None
    if draft is None or not _is_hers(draft, actor, token):
        raise Http404("no such draft")
    return draft


def _is_hers(draft: Draft, actor: Actor, token: str) -> bool:
    if draft.user_id:
        return draft.user_id == actor.user_id
    return opens(draft, token)


def opens(draft: Draft, token: str) -> bool:
    """Whether the token is that of this draft of a visitor without account."""
    return bool(token) and secrets.compare_digest(draft.token_hash, hash_token(token))

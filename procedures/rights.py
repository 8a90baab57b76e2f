"""Who may open a draft: its owner in its town, and nobody else learns that it exists."""

import hashlib
import secrets

from django.http import Http404

from core.audit.services import Actor

from .models import Draft


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def get_draft_for(actor: Actor, slug: str, *, token: str = "", lock: bool = False) -> Draft:
    """The draft of the open town that the actor owns by her account, or by the token of an anonymous one.

    Http404 for anybody else's and for another town's. `lock` holds its row until the commit.
    """
    drafts = Draft.objects.filter(slug=slug)
    try:
        draft: Draft = (drafts.select_for_update(of=("self",)) if lock else drafts).get()
    except Draft.DoesNotExist:
        raise Http404("no such draft") from None
    if not _is_hers(draft, actor, token):
        raise Http404("no such draft")
    return draft


def _is_hers(draft: Draft, actor: Actor, token: str) -> bool:
    if draft.user_id:
        return draft.user_id == actor.user_id
    return bool(token) and secrets.compare_digest(draft.token_hash, hash_token(token))

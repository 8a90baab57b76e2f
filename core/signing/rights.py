"""Fetch what is to be signed and authorise in one step: nobody holds it without having passed."""

from django.http import Http404

from core.audit.services import Actor
from core.municipalities.scope import reading_own

from .models import SigningRequest


def get_signing_for(actor: Actor, slug: str) -> SigningRequest:
    """The request of the open town that asks this very person; Http404 for anybody else, clerks too."""
    if not actor.municipality_id or not actor.person_id or actor.is_clerk:
        raise Http404
    with reading_own(actor.person_id):
        found = SigningRequest.objects.filter(slug=slug, municipality_id=actor.municipality_id).first()
    if found is None:
        raise Http404
    return found

"""Fetch a document and authorise in one step: nobody holds one without having passed."""

from django.http import Http404

from core.audit.services import Actor, record
from core.municipalities.scope import acting_for, reading_own

from .codes import normalise_csv
from .models import Document


def get_document_for(actor: Actor, csv_or_id: str | int) -> Document:
    """The document with its `versions` read; Http404 when it is another person's or another town's.

    A clerk reads her town's, which is recorded; a citizen what the wall's own-rows policies let her see, in any town.
    """
    where = {"pk": csv_or_id} if isinstance(csv_or_id, int) else {"csv": normalise_csv(csv_or_id) or ""}
    if actor.is_clerk and actor.municipality_id:
        with acting_for(actor.municipality_id):
            document = Document.objects.filter(**where).prefetch_related("versions").first()
            if document:
                record("documents.read", actor=actor, target=document)
    elif actor.person_id:
        with reading_own(actor.person_id):
            document = Document.objects.filter(**where).prefetch_related("versions").first()
    else:
        document = None
    if document is None:
        raise Http404
    return document

"""Fetch a document and authorise in one step: nobody holds one without having passed."""

from collections.abc import Callable, Iterable

from django.http import Http404

from core.audit.services import Actor, record_all, row
from core.municipalities.scope import acting_for, reading_own

from .codes import normalise_csv
from .models import Document

# each gets the document and the clerk, and answers with the persons whose data it shows; Http404 where she may not
ReadHook = Callable[[Document, Actor], Iterable[int]]
_read_hooks: list[ReadHook] = []


def on_document_read(hook: ReadHook) -> ReadHook:
    """Register a room that knows whose papers these are; it is asked, in the town, before a clerk gets a document."""
    _read_hooks.append(hook)
    return hook


def get_document_for(actor: Actor, csv_or_id: str | int) -> Document:
    """The document with its `versions` read; Http404 when it is another person's or another town's.

    A clerk reads her town's, which each person whose data it shows can see afterwards; a citizen what the wall's
    own-rows policies let her see, in any town.
    """
    where = {"pk": csv_or_id} if isinstance(csv_or_id, int) else {"csv": normalise_csv(csv_or_id) or ""}
    if actor.is_clerk and actor.municipality_id:
        with acting_for(actor.municipality_id):
            document = Document.objects.filter(**where).prefetch_related("versions").first()
            if document:
                _record(document, actor)
    elif actor.person_id:
        with reading_own(actor.person_id):
            document = Document.objects.filter(**where).prefetch_related("versions").first()
    else:
        document = None
    if document is None:
        raise Http404
    return document


def _record(document: Document, actor: Actor) -> None:
    """One row for each person, or one without where no room knows any."""
    persons = {person for hook in _read_hooks for person in hook(document, actor)}
    subjects: list[int | None] = [*sorted(persons)] or [None]
    record_all(row("documents.read", actor=actor, target=document, subject=subject) for subject in subjects)

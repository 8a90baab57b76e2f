"""Corrections and annulments: nothing that was entered changes, what is said about it is added (art. 16.3)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError
from registry.constants import AnnotationKind
from registry.models import Annotation, Book, Entry

from .chain import hash_of_annotation, signature_of


@transaction.atomic
def annotate(*, entry: Entry, kind: AnnotationKind, text: str, actor: Actor) -> Annotation:
    """Say why an entry is wrong, or that it does not count any more; it keeps its number and every word.

    Annotations of a book are a chain of their own, so that none can be taken away or changed unseen. DomainError
    without a reason, or when the entry is annulled already; needs a registrar.
    """
    # annotations are rare, so the counter's row can be their lock too: one order of locks in the whole room
    book = Book.objects.select_for_update(of=("self",)).get(pk=entry.book_id)
    require(actor, Role.REGISTRAR)
    text = text.strip()
    if not text:
        raise DomainError(_("Write the reason: it stays beside the entry for good."), field="text")
    if Annotation.objects.filter(entry=entry, kind=AnnotationKind.ANNULMENT).exists():
        raise DomainError(_("Entry %(number)s is annulled already.") % {"number": entry.reference})
    annotation = Annotation(
        book=book,
        entry=entry,
        number=book.last_annotation + 1,
        kind=kind,
        text=text,
        at=timezone.now(),
        actor=signature_of(actor),
        previous_hash=book.last_annotation_hash,
    )
    annotation.hash = hash_of_annotation(annotation)
    annotation.save(force_insert=True)
    book.last_annotation, book.last_annotation_hash = annotation.number, annotation.hash
    book.save(update_fields=["last_annotation", "last_annotation_hash"])
    action = "registry.annulled" if kind == AnnotationKind.ANNULMENT else "registry.corrected"
    record(action, actor=actor, target=entry, subject=entry.person_id, reason=text[:300])
    return annotation

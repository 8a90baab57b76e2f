"""From a document's row to its sealed bytes: in a worker, or in the request where the answer can't wait."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core.audit.services import Actor, record
from core.documents.constants import DocumentState
from core.documents.models import Document, DocumentVersion
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError

from .storing import store

ReadyHook = Callable[[Document], None]
_ready_hooks: list[ReadyHook] = []
# the outbox stands above this room, so it hangs its way of asking a worker in here
_render_queue: list[Callable[[Document], None]] = []


def on_document_ready(hook: ReadyHook) -> ReadyHook:
    """Call `hook(document)` in the transaction that makes a document ready (a notice that waited for it, say)."""
    _ready_hooks.append(hook)
    return hook


def set_render_queue(ask: Callable[[Document], None]) -> None:
    """How a worker is asked for a document; the outbox's room calls this once, at start."""
    _render_queue[:] = [ask]


@transaction.atomic
def render_and_seal(document_id: int) -> DocumentVersion:
    """Render, seal, store and make ready; a second run returns what the first one made.

    Killed at any line it leaves the row as it was, at worst with a blob that nobody names, so it may run again.
    BrokenDocument when no further try can help (a key is missing in its context); OSError and the like are temporary.
    """
    from core.documents import rendering  # WeasyPrint is 60 MB that only those who render should carry

    document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
    if version := document.versions.order_by("-number").first():
        return version
    made = rendering.make(document)
    blob = store(document.municipality_id or 0, made.pdf)
    version = DocumentVersion.objects.create(
        document=document,
        municipality_id=document.municipality_id,
        file_name=f"{slugify(document.title_eu if document.language != 'es' else document.title_es)[:80]}.pdf",
        mime="application/pdf",
        size=blob.size,
        sha256=blob.sha256,
        pages=made.pages,
        sealed_at=made.sealed_at,
        signer=made.signer,
        created_at=made.sealed_at or timezone.now(),
    )
    document.state, document.error = DocumentState.READY, ""
    document.save(update_fields=["state", "error"])
    for hook in _ready_hooks:
        hook(document)
    return version


def render_now(document: Document) -> DocumentVersion:
    """The same in the request, for automatic answers that wait for no worker; refreshes `document`'s state."""
    version = render_and_seal(document.pk)
    document.state = DocumentState.READY
    return version


def mark_failed(document_id: int, error: str) -> None:
    """No further try can help: a clerk sees why, and may have it tried again once that is mended."""
    Document.objects.filter(pk=document_id, state=DocumentState.PENDING).update(
        state=DocumentState.FAILED, error=error[:2000]
    )


@transaction.atomic
def retry_document(*, document: Document, actor: Actor) -> Document:
    """Ask a worker again for a document that could not be made. DomainError when it has not failed."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    require(actor, Role.REGISTRAR, Role.HANDLER, Role.TOWN_ADMINISTRATOR)
    if document.state != DocumentState.FAILED:
        raise DomainError(_("Only a document that could not be made can be tried again."))
    document.state, document.error = DocumentState.PENDING, ""
    document.save(update_fields=["state", "error"])
    record("documents.retried", actor=actor, target=document)
    ask_to_render(document)
    return document


def ask_to_render(document: Document) -> None:
    """Have a worker make a saved document after the commit: for rooms that do not know the outbox."""
    for ask in _render_queue:
        ask(document)

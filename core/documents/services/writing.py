"""Documents' rows: made unsaved, saved together, so that one request's documents cost one INSERT a table."""

import mimetypes
from collections.abc import Sequence
from typing import Any

from core.audit.services import Actor
from core.documents.codes import new_csv
from core.documents.constants import DocumentKind, DocumentState
from core.documents.contexts import TEMPLATES
from core.documents.models import Document, DocumentVersion, VerificationCode

from .storing import StoredBlob


def new_document(
    *,
    kind: DocumentKind | str,
    title_eu: str,
    title_es: str,
    template: str,
    context: dict[str, Any],
    language: str,
    actor: Actor,
) -> Document:
    """An unsaved document with its code, to be rendered by a worker; `language` is eu, es or bi (one with both).

    `context` is JSON with the keys that `core.documents.contexts` lists for the template; it may be completed until
    the transaction ends. KeyError where there is no such template.
    """
    TEMPLATES[template]
    return Document(
        kind=kind,
        title_eu=title_eu[:200],
        title_es=title_es[:200],
        template=template,
        context=context,
        language=language,
        csv=new_csv(),
        from_citizen=False,
        **_in_town(actor),
    )


def new_upload(
    *,
    kind: DocumentKind | str,
    title: str,
    stored: StoredBlob,
    file_name: str,
    mime: str = "",
    language: str = "eu",
    from_citizen: bool = True,
    actor: Actor,
) -> tuple[Document, DocumentVersion]:
    """An unsaved document and its first version for bytes that are already stored."""
    document = Document(
        kind=kind,
        title_eu=title[:200],
        title_es=title[:200],
        language=language,
        csv=new_csv(),
        from_citizen=from_citizen,
        state=DocumentState.READY,
        **_in_town(actor),
    )
    version = DocumentVersion(
        document=document,
        file_name=file_name[:200],
        mime=mime or mimetypes.guess_type(file_name)[0] or "application/octet-stream",
        size=stored.size,
        sha256=stored.sha256,
        **_in_town(actor),
    )
    return document, version


def save_all(documents: Sequence[Document], versions: Sequence[DocumentVersion] = ()) -> None:
    """One INSERT for the documents, one for the codes' province-wide index, one for the versions."""
    Document.objects.bulk_create(documents)
    VerificationCode.objects.bulk_create(
        VerificationCode(csv=document.csv, municipality_id=document.municipality_id or 0, document_id=document.pk)
        for document in documents
    )
    if versions:
        DocumentVersion.objects.bulk_create(versions)


def _in_town(actor: Actor) -> dict[str, Any]:
    """The actor's town; without one, the open door's (the field's own default)."""
    return {"municipality_id": actor.municipality_id} if actor.municipality_id else {}

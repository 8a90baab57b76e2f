"""Files that somebody sends, checked and stored, before a verb puts them into a file."""

from collections.abc import Sequence
from typing import Any

from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document, DocumentVersion
from core.documents.services import check_upload, new_upload, store_or_refuse

from .models import CaseFile


def kept(files: Sequence[Any], file: CaseFile, actor: Actor) -> list[tuple[Document, DocumentVersion]]:
    """What a citizen delivers, its rows unsaved. DomainError of `attachments` names the file that is not taken."""
    uploads: list[tuple[Document, DocumentVersion]] = []
    total = 0
    for one in files:
        checked = check_upload(one, field="attachments", already_bytes=total, already_files=len(uploads))
        total += checked.size
        uploads.append(
            new_upload(
                kind=DocumentKind.CITIZEN_COMMUNICATION,
                title=checked.name,
                stored=store_or_refuse(file.municipality_id or 0, one),
                file_name=checked.name,
                mime=checked.mime,
                language=file.language,
                actor=actor,
            )
        )
    return uploads

"""Words and papers that go in and out of a file beside its steps: messages, notes, documents."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from case_files.constants import DocumentRole
from case_files.models import CaseEvent, CaseFile
from core.audit.services import Actor
from core.documents.models import Document, DocumentVersion
from core.identity.rights import require
from core.municipalities.services import DomainError
from registry.models import Entry

from .base import audit, check_acts, event, live, lock, save, write
from .papers import keep, said
from .receiving import enter_filing
from .telling import tell

Upload = tuple[Document, DocumentVersion]
MESSAGE = gettext_noop("The town hall has written to you")
MAX_LENGTH = 5000


def _said_something(text: str) -> str:
    text = text.strip()
    if not text:
        raise DomainError(_("Write the message."), field="text")
    if len(text) > MAX_LENGTH:
        raise DomainError(_("The message is too long: 5,000 characters at most."), field="text")
    return text


@transaction.atomic
def message_citizen(*, case_file: CaseFile, text: str, actor: Actor) -> None:
    """Write to the parties: in their folders at once, with a notice by e-mail; it has no legal effect."""
    require(actor)
    case_file = lock(case_file)
    text = _said_something(text)
    save(case_file)
    write(case_file, "message_sent", actor=actor, params={"text": text})
    subject = said(MESSAGE)
    tell(case_file, subject=subject, body={"eu": text, "es": text}, legal=False, actor=actor)


@transaction.atomic
def message_from_citizen(
    *, case_file: CaseFile, text: str, uploads: Sequence[Upload] = (), key: str, actor: Actor
) -> Entry | None:
    """A party writes. With documents it is a filing: entry and receipt (art. 16.1), once for the key."""
    case_file = lock(case_file)
    if uploads and (known := Entry.objects.filter(key=key).first()):
        return known
    live(case_file)
    check_acts(case_file, actor)
    if text.strip() or not uploads:
        text = _said_something(text)
    save(case_file)
    if not uploads:
        if CaseEvent.objects.filter(case_file=case_file, code="message_received", params__key=key).exists():
            return None
        write(case_file, "message_received", actor=actor, params={"text": text, "key": key})
        return None
    audit(case_file, "documents_received", actor=actor)
    if text:
        CaseEvent.objects.bulk_create(
            [event(case_file, "message_received", actor=actor, params={"text": text, "key": key})]
        )
    title = said(gettext_noop("Documents delivered"))
    label = {f"text_{language}": words for language, words in said(gettext_noop("Message")).items()}
    return enter_filing(
        case_file,
        code="documents_received",
        title=title,
        content={"text": text},
        lines=[(label, text)] if text else [],
        uploads=uploads,
        key=key,
        actor=actor,
    )


@transaction.atomic
def add_note(*, case_file: CaseFile, text: str, actor: Actor, seen: int | None = None) -> None:
    """A note between clerks; it is no part of the file that the parties see (art. 70.4)."""
    require(actor)
    case_file = lock(case_file, seen=seen)
    text = _said_something(text)
    save(case_file)
    write(case_file, "note", actor=actor, public=False, params={"text": text})


@transaction.atomic
def add_document(
    *,
    case_file: CaseFile,
    upload: Upload,
    role: DocumentRole = DocumentRole.OTHER,
    visible: bool = True,
    actor: Actor,
) -> Document:
    """Put a clerk's document in the file; `visible` lets the parties read it."""
    require(actor)
    case_file = lock(case_file)
    live(case_file)
    save(case_file)
    keep(case_file, [], uploads=[upload], role=role, visible=visible)
    document = upload[0]
    names = {"eu": document.title_eu, "es": document.title_es}
    write(case_file, "document_added", actor=actor, public=visible, params={"names": names}, document=document)
    return document

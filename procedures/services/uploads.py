"""Attachments of a draft: checked, kept, and written down in it."""

import secrets
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import Actor
from core.documents.services import allow, check_upload, store_or_refuse
from core.municipalities.services import DomainError
from procedures.models import Draft

from .drafts import check_open, save_draft

FILES_AN_HOUR = 60  # of one address without account


@transaction.atomic(savepoint=False)
def attach(
    *, draft: Draft, type_code: str, file: "UploadedFile[Any]", client: str = "", actor: Actor
) -> dict[str, Any]:
    """Check a file, keep it, and put it in the locked draft; answers with `{id, type, file_name, mime, size, sha256}`.

    The same file twice under one type is one attachment. DomainError, its field the type's code, where the file is
    empty, too large, of a type that is not taken, or infected, or where antivirus or storage give no answer; and with
    code `too_many` where a visitor without account has sent too many from the same `client` (its network address).
    """
    check_open(draft)
    if draft.user_id is None and not allow(f"attach:{client}", limit=FILES_AN_HOUR, seconds=3600):
        raise DomainError(
            _("Too many files have been sent from your network. Try again in an hour, or sign in."),
            field=type_code,
            code="too_many",
        )
    held = draft.attachments
    checked = check_upload(
        file, field=type_code, already_bytes=sum(known["size"] for known in held), already_files=len(held)
    )
    stored = store_or_refuse(draft.municipality_id or 0, file)
    for known in draft.attachments:
        if (known["type"], known["sha256"]) == (type_code, stored.sha256):
            return dict(known)
    attachment = {
        "id": secrets.token_hex(8),
        "type": type_code,
        "file_name": checked.name,
        "mime": checked.mime,
        "size": stored.size,
        "sha256": stored.sha256,
        "at": timezone.now().isoformat(timespec="seconds"),
    }
    draft.attachments = [*draft.attachments, attachment]
    save_draft(draft, "attachments", actor=actor)
    return attachment


@transaction.atomic(savepoint=False)
def remove_attachment(*, draft: Draft, attachment_id: str, actor: Actor) -> None:
    """Take a file out of a locked draft; one that is not there is no error, for it is gone as asked."""
    check_open(draft)
    draft.attachments = [known for known in draft.attachments if known["id"] != attachment_id]
    save_draft(draft, "attachments", actor=actor)

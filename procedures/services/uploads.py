"""Attachments of a draft: what a file is, whether it is clean, and where it is kept."""

import secrets
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import Actor
from core.documents.services import store
from core.municipalities.services import DomainError
from procedures.content import FileType, Unwanted, accepted_names, file_type
from procedures.contrib.antivirus import ScannerDown, scan
from procedures.forms.cleaning import clean_line
from procedures.models import Draft

from .drafts import check_open, save_draft

MOST_FILES = 30
NAME_MAX = 120


@transaction.atomic(savepoint=False)
def attach(*, draft: Draft, type_code: str, file: "UploadedFile[Any]", actor: Actor) -> dict[str, Any]:
    """Check a file, keep it, and put it in the locked draft; answers with `{id, type, file_name, mime, size, sha256}`.

    The same file twice under one type is one attachment. DomainError, its field the type's code, where the file is
    empty, too large, of a type that is not taken, or infected, or where the antivirus gives no answer.
    """
    check_open(draft)
    name = clean_name(file.name or "")
    size = file.size or 0
    _check_size(draft, type_code, name, size)
    kind = _checked(file, type_code, name)
    stored = store(draft.municipality_id or 0, file)
    for known in draft.attachments:
        if (known["type"], known["sha256"]) == (type_code, stored.sha256):
            return dict(known)
    attachment = {
        "id": secrets.token_hex(8),
        "type": type_code,
        "file_name": with_extension(name, kind),
        "mime": kind.mime,
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


def clean_name(name: str) -> str:
    """A file's name without folders, controls or signs that some system forbids."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join("_" if c in '<>:"|?*/' else c for c in clean_line(last)).strip(". ")
    stem, dot, extension = plain.rpartition(".")
    return f"{stem[:NAME_MAX]}{dot}{extension[:10]}" if dot else plain[:NAME_MAX] or "file"


def with_extension(name: str, kind: FileType) -> str:
    """The name with an extension that tells the truth."""
    stem, _dot, extension = name.rpartition(".")
    return name if stem and extension.lower() in kind.extensions else f"{name}.{kind.extensions[0]}"


def _check_size(draft: Draft, type_code: str, name: str, size: int) -> None:
    if not size:
        raise DomainError(_("“%(name)s” is empty. Choose another file.") % {"name": name}, field=type_code)
    if size > settings.UPLOAD_MAX_BYTES:
        raise DomainError(
            _("“%(name)s” takes %(size)s and a file may take %(limit)s. Make it smaller or split it.")
            % {"name": name, "size": filesizeformat(size), "limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
            field=type_code,
        )
    total = size + sum(known["size"] for known in draft.attachments)
    if total > settings.UPLOAD_MAX_TOTAL_BYTES or len(draft.attachments) >= MOST_FILES:
        raise DomainError(
            _("There is no room for “%(name)s”: together the files may take %(limit)s. Remove one or make it smaller.")
            % {"name": name, "limit": filesizeformat(settings.UPLOAD_MAX_TOTAL_BYTES)},
            field=type_code,
        )


def _checked(file: "UploadedFile[Any]", type_code: str, name: str) -> FileType:
    stream: Any = file
    try:
        kind = file_type(stream)
    except Unwanted as error:
        raise DomainError(_unwanted(error.code) % {"name": name, "types": accepted_names()}, field=type_code) from None
    try:
        found = scan(stream)
    except ScannerDown:
        raise DomainError(
            _("“%(name)s” could not be checked for viruses just now. Nothing is lost: try again in a few minutes.")
            % {"name": name},
            field=type_code,
            code="scanner",
        ) from None
    if found:
        raise DomainError(
            _("“%(name)s” has a virus, so we have not kept it. Check your device and attach a clean file.")
            % {"name": name},
            field=type_code,
            code="infected",
        )
    return kind


def _unwanted(code: str) -> str:
    if code == "program":
        return _("“%(name)s” is a program or holds one, whatever its name says. Attach a document: %(types)s.")
    if code == "archive":
        return _("“%(name)s” is a ZIP file that can't be opened safely. Attach its files one by one.")
    return _("“%(name)s” is of a type that we can't open. Attach one of these: %(types)s.")

"""What somebody uploads: what it is by its content, how large, and whether it is clean. Nothing is kept here yet."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core.documents.content import FileType, Unwanted, accepted_names, file_type
from core.documents.contrib.antivirus import ScannerDown, scan
from core.municipalities.services import DomainError

MOST_FILES = 30
NAME_MAX = 120


@dataclass(frozen=True)
class CheckedUpload:
    """A file that may be kept: its name with an extension that tells the truth, its type, and its size in bytes."""

    name: str
    mime: str
    size: int


def check_upload(
    file: "UploadedFile[Any]", *, field: str, already_bytes: int = 0, already_files: int = 0
) -> CheckedUpload:
    """Check a file before `store`; `already_…` is what its request holds besides.

    DomainError with this field where it is empty, too large, of a type that is not taken, or infected (code
    `infected`), or where the antivirus gives no answer (code `scanner`).
    """
    name, size = clean_name(file.name or ""), file.size or 0
    _check_size(field, name, size, already_bytes, already_files)
    kind = _checked(file, field, name)
    return CheckedUpload(with_extension(name, kind), kind.mime, size)


def clean_name(name: str) -> str:
    """A file's name without folders, controls or signs that some system forbids."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join("_" if c in '<>:"|?*/' else c for c in _visible(last)).strip(". ")
    stem, dot, extension = plain.rpartition(".")
    return f"{stem[:NAME_MAX]}{dot}{extension[:10]}" if dot else plain[:NAME_MAX] or "file"


def with_extension(name: str, kind: FileType) -> str:
    """The name with an extension that tells the truth."""
    stem, _dot, extension = name.rpartition(".")
    return name if stem and extension.lower() in kind.extensions else f"{name}.{kind.extensions[0]}"


def _visible(name: str) -> str:
    """One line of composed letters, and nothing that is invisible or turns a text around."""
    plain = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C" or c == "\t")
    return " ".join(plain.split())


def _check_size(field: str, name: str, size: int, already_bytes: int, already_files: int) -> None:
    if not size:
        raise DomainError(_("“%(name)s” is empty. Choose another file.") % {"name": name}, field=field)
    if size > settings.UPLOAD_MAX_BYTES:
        raise DomainError(
            _("“%(name)s” takes %(size)s and a file may take %(limit)s. Make it smaller or split it.")
            % {"name": name, "size": filesizeformat(size), "limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
            field=field,
        )
    if size + already_bytes > settings.UPLOAD_MAX_TOTAL_BYTES or already_files >= MOST_FILES:
        raise DomainError(
            _("There is no room for “%(name)s”: together the files may take %(limit)s. Remove one or make it smaller.")
            % {"name": name, "limit": filesizeformat(settings.UPLOAD_MAX_TOTAL_BYTES)},
            field=field,
        )


def _checked(file: "UploadedFile[Any]", field: str, name: str) -> FileType:
    stream: Any = file
    try:
        kind = file_type(stream)
    except Unwanted as error:
        raise DomainError(_unwanted(error.code) % {"name": name, "types": accepted_names()}, field=field) from None
    try:
        found = scan(stream)
    except ScannerDown:
        raise DomainError(
            _("“%(name)s” could not be checked for viruses just now. Nothing is lost: try again in a few minutes.")
            % {"name": name},
            field=field,
            code="scanner",
        ) from None
    if found:
        raise DomainError(
            _("“%(name)s” has a virus, so we have not kept it. Check your device and attach a clean file.")
            % {"name": name},
            field=field,
            code="infected",
        )
    return kind


def _unwanted(code: str) -> str:
    if code == "program":
        return _("“%(name)s” is a program or holds one, whatever its name says. Attach a document: %(types)s.")
    if code == "archive":
        return _("“%(name)s” is a ZIP file that can't be opened safely. Attach its files one by one.")
    return _("“%(name)s” is of a type that we can't open. Attach one of these: %(types)s.")

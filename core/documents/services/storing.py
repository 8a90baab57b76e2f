"""Bytes by their hash: `<town>/<first two of the hash>/<hash>` in STORAGES["blobs"], on disk or in S3."""

import contextlib
import hashlib
import io
import logging
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.translation import gettext as _

from core.documents.models import DocumentVersion
from core.municipalities.services import DomainError

logger = logging.getLogger(__name__)
CHUNK = 256 * 1024


@dataclass(frozen=True)
class StoredBlob:
    """What is known of stored bytes: SHA-256 in hex, and size in bytes."""

    sha256: str
    size: int


def store(municipality_id: int, content: "bytes | BinaryIO | File[Any]") -> StoredBlob:
    """Keep bytes, or a seekable file, of a town; the same content twice is one blob.

    On return the bytes are on the disk: what is receipted after this survives a power cut. OSError when they can't be.
    """
    source = io.BytesIO(content) if isinstance(content, bytes) else cast(BinaryIO, content)
    blob = _measure(source)
    name = blob_name(municipality_id, blob.sha256)
    storage = storages["blobs"]
    with _away_is_oserror(storage):
        if isinstance(storage, FileSystemStorage):
            _keep(Path(storage.path(name)), source)
        elif not storage.exists(name):
            source.seek(0)
            storage.save(name, File(source))
    return blob


def open_blob(version: DocumentVersion) -> BinaryIO:
    """The bytes of a version, to be read and closed. FileNotFoundError where they are gone, else OSError."""
    storage = storages["blobs"]
    with _away_is_oserror(storage):
        # `open` once more: S3's file would else be fetched as it is read, and fail in the middle of an answer
        return cast(BinaryIO, storage.open(blob_name(version.municipality_id or 0, version.sha256)).open())


def open_for_reader(version: DocumentVersion) -> BinaryIO:
    """As `open_blob`, for a page: a DomainError says to the reader what can't be shown, and whether to come back."""
    try:
        return open_blob(version)
    except FileNotFoundError as error:
        logger.error("the bytes of version %s of town %s are gone", version.pk, version.municipality_id)
        raise DomainError(
            _("The file of this document is missing from our archive. Tell the town hall: it will look for it."),
            code="lost",
        ) from error
    except OSError as error:
        raise away(error) from error


def store_or_refuse(municipality_id: int, content: "BinaryIO | File[Any]") -> StoredBlob:
    """As `store`, for a page: DomainError (code `away`) where the bytes can't be kept now."""
    try:
        return store(municipality_id, content)
    except OSError as error:
        raise away(error) from error


def discard(municipality_id: int, sha256: str) -> None:
    """Remove bytes that were kept for a moment, and that hold something random: no document can have their hash.

    OSError where the storage does not answer; what is gone already is no error.
    """
    storage = storages["blobs"]
    with _away_is_oserror(storage):
        storage.delete(blob_name(municipality_id, sha256))


def away(error: OSError) -> DomainError:
    """What a reader is told while the storage does not answer."""
    logger.error("the documents' storage: %s", error)
    return DomainError(_("The archive of documents does not answer just now. Try again in a few minutes."), code="away")


def is_intact(version: DocumentVersion) -> bool:
    """Whether the stored bytes still are those that the version was made of; OSError where nobody can tell now."""
    try:
        with open_blob(version) as blob:
            return _measure(blob) == StoredBlob(version.sha256, version.size)
    except FileNotFoundError:
        return False


def blob_name(municipality_id: int, sha256: str) -> str:
    return f"{municipality_id}/{sha256[:2]}/{sha256}"


@contextlib.contextmanager
def _away_is_oserror(storage: Storage) -> Iterator[None]:
    """S3's client has errors of its own; to everybody else storage that is away is an OSError, and passes."""
    if isinstance(storage, FileSystemStorage):
        yield
        return
    from boto3.exceptions import Boto3Error  # some 20 MB that only those who keep documents in S3 carry
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        raise OSError(f"the documents' storage does not answer: {error}") from error


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    source.seek(0)
    while chunk := source.read(CHUNK):
        yield chunk


def _measure(source: BinaryIO) -> StoredBlob:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        digest.update(chunk)
        size += len(chunk)
    return StoredBlob(digest.hexdigest(), size)


def _keep(target: Path, source: BinaryIO) -> None:
    try:
        os.utime(target)  # fresh again: `sweep_blobs` leaves it alone, whatever it has read before
    except FileNotFoundError:
        _write(target, source)


def _write(target: Path, source: BinaryIO) -> None:
    """Under another name first: whoever reads the target sees all of it or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with half.open("xb") as out:
            for chunk in _chunks(source):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        half.chmod(0o640)
        half.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            half.unlink()
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name too
    finally:
        os.close(folder)

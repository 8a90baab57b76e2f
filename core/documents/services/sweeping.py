"""Bytes that nobody refers to any more: of drafts that were let go, of files taken out again, of what never ended."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone

from core.documents.models import DocumentVersion

GRACE = timedelta(days=1)  # longer than any transaction: its version's row is there by then, or never will be


def sweep_blobs(municipality_id: int, *, used: Iterable[str]) -> int:
    """Remove from the disk the open town's blobs that no version refers to, nor `used` (SHA-256 in hex, of those that
    drafts hold), and that nobody has kept anew for a day; how many they were. None in S3, which has no safe way."""
    storage = storages["blobs"]
    if not isinstance(storage, FileSystemStorage):
        return 0
    before, held, removed = (timezone.now() - GRACE).timestamp(), set(used), 0
    for digit in "0123456789abcdef":  # a sixteenth at a time: a city has a million versions
        old = [path for path in _files(Path(storage.path(str(municipality_id))), digit) if _age(path) < before]
        if not old:
            continue
        held_here = set(DocumentVersion.objects.filter(sha256__startswith=digit).values_list("sha256", flat=True))
        removed += sum(_remove(path, before) for path in old if path.name not in held | held_here)
    return removed


def _files(town: Path, digit: str) -> Iterator[Path]:
    """The blobs whose hash begins with this digit, and those half written."""
    return (path for folder in town.glob(f"{digit}?") for path in folder.iterdir())


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _remove(path: Path, before: float) -> bool:
    """Aside first: who keeps the same bytes at this very moment finds no blob and writes it anew, or has just made it
    fresh, and then it goes back."""
    aside = path.with_name(f".{path.name[:64]}.{secrets.token_hex(4)}")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    if _age(aside) >= before:
        aside.rename(path)
        return False
    aside.unlink()
    return True

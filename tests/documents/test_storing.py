"""Bytes by town and hash."""

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest

from core.audit.services import SYSTEM
from core.documents.models import VerificationCode
from core.documents.services import is_intact, new_upload, open_blob, save_all, store
from tests.cast import Cast

KAIXO = hashlib.sha256(b"kaixo").hexdigest()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_blob_lies_under_town_and_hash(blobs: Path) -> None:
    blob = store(7, b"kaixo")
    assert (blob.sha256, blob.size) == (KAIXO, 5)
    assert files_in(blobs) == [blobs / "7" / KAIXO[:2] / KAIXO]


def test_the_same_content_twice_is_one_blob_and_each_town_has_its_own(blobs: Path) -> None:
    store(7, b"kaixo")
    store(7, io.BytesIO(b"kaixo"))
    store(8, b"kaixo")
    assert len(files_in(blobs)) == 2


def test_half_a_blob_is_never_seen(blobs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            store(7, b"kaixo")
    assert files_in(blobs) == []
    assert store(7, b"kaixo").size == 5


def test_a_file_from_the_middle_is_stored_whole(blobs: Path) -> None:
    source = io.BytesIO(b"kaixo")
    source.read(3)
    assert store(7, source).sha256 == KAIXO


def test_a_changed_or_lost_blob_is_noticed(in_mundaka: Cast, blobs: Path) -> None:
    stored = store(in_mundaka.mundaka.pk, b"kaixo")
    document, version = new_upload(kind="TD99", title="x", stored=stored, file_name="x.txt", actor=SYSTEM)
    save_all([document], [version])
    with open_blob(version) as blob:
        assert blob.read() == b"kaixo"
    assert is_intact(version)
    (path,) = files_in(blobs)
    path.write_bytes(b"kaiXo")
    assert not is_intact(version)
    path.unlink()
    assert not is_intact(version)


def test_documents_versions_and_codes_are_one_insert_each(
    in_mundaka: Cast, blobs: Path, django_assert_num_queries: Any
) -> None:
    stored = store(in_mundaka.mundaka.pk, b"kaixo")
    pairs = [new_upload(kind="TD99", title="x", stored=stored, file_name=f"{n}.pdf", actor=SYSTEM) for n in range(3)]
    with django_assert_num_queries(3):
        save_all([document for document, _ in pairs], [version for _, version in pairs])
    assert VerificationCode.objects.filter(municipality=in_mundaka.mundaka).count() == 3
    assert all(version.document_id == document.pk for document, version in pairs)
    assert {version.mime for _, version in pairs} == {"application/pdf"}

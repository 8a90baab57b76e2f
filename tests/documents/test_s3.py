"""Documents in a bucket: the same promises as on a disk. The bucket is moto's, asked over HTTP as any other is."""

import hashlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from django.conf import settings
from django.core.files.storage import storages
from django.test import Client, override_settings
from django.utils.translation import override
from moto.server import ThreadedMotoServer

from core.audit.services import SYSTEM
from core.documents.models import DocumentVersion
from core.documents.services import is_intact, new_upload, open_blob, save_all, store, verify
from core.documents.services.storing import open_for_reader
from core.municipalities.services import DomainError
from core.notifications.models import OutboxRow
from core.notifications.services import outbox, put, run_due
from tests.cast import Cast

BUCKET = "agiriak"
KAIXO = hashlib.sha256(b"kaixo").hexdigest()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadedMotoServer]:
    """The settings as BLOB_S3_BUCKET and BLOB_S3_ENDPOINT make them, with a server behind them."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    requests.post(f"{endpoint}/moto-api/reset", timeout=10)  # its buckets outlive the server
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
    options = _options_of_settings(monkeypatch, endpoint)
    with override_settings(STORAGES=settings.STORAGES | {"blobs": options}):
        yield server
    server.stop()


def _options_of_settings(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> dict[str, Any]:
    """What the settings' own module says with these variables set."""
    import runpy

    from biscaytik import settings as own

    monkeypatch.setenv("BLOB_S3_BUCKET", BUCKET)
    monkeypatch.setenv("BLOB_S3_ENDPOINT", endpoint)
    return dict(runpy.run_path(str(own.__file__))["STORAGES"]["blobs"])


def keys() -> list[str]:
    return sorted(one.key for one in storages["blobs"].bucket.objects.all())


def version_of(cast: Cast, content: bytes = b"kaixo") -> DocumentVersion:
    stored = store(cast.mundaka.pk, content)
    document, version = new_upload(kind="TD99", title="x", stored=stored, file_name="x.txt", actor=SYSTEM)
    save_all([document], [version])
    return version


def test_a_blob_lies_under_town_and_hash_in_the_bucket(s3: Any) -> None:
    assert store(7, b"kaixo").sha256 == KAIXO
    store(7, b"kaixo")
    store(8, b"kaixo")
    assert keys() == [f"{town}/{KAIXO[:2]}/{KAIXO}" for town in (7, 8)]


def test_what_was_stored_is_read_back_and_checked(in_mundaka: Cast, s3: Any) -> None:
    version = version_of(in_mundaka)
    with open_blob(version) as blob:
        assert blob.read() == b"kaixo"
    assert is_intact(version)
    storages["blobs"].bucket.Object(keys()[0]).put(Body=b"kaiXo")
    assert not is_intact(version)


def test_a_lost_object_is_said_so(in_mundaka: Cast, s3: Any) -> None:
    version = version_of(in_mundaka)
    storages["blobs"].delete(keys()[0])
    assert not is_intact(version)
    with pytest.raises(FileNotFoundError):
        open_blob(version)
    with pytest.raises(DomainError) as told, override("en"):
        open_for_reader(version)
    assert told.value.code == "lost" and "archive" in str(told.value.message)


def test_nobody_calls_a_document_changed_because_the_bucket_is_away(in_mundaka: Cast, s3: ThreadedMotoServer) -> None:
    version = version_of(in_mundaka)
    s3.stop()
    with pytest.raises(DomainError) as told:
        verify(version.document.csv)
    assert told.value.code == "away"
    answer = Client().get("/mundaka/eu/verify/", {"csv": version.document.csv})
    assert answer.status_code == 503


def test_an_effect_that_meets_a_bucket_that_is_away_is_tried_again(
    in_mundaka: Cast, s3: ThreadedMotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, _version = new_upload(
        kind="TD99", title="x", stored=store(in_mundaka.mundaka.pk, b"kaixo"), file_name="x", actor=SYSTEM
    )
    save_all([document])
    monkeypatch.setattr("core.documents.rendering.make", lambda document: _Made())
    outbox([put("documents.render", key="r", payload={"document": document.pk})])
    s3.stop()
    assert run_due(in_mundaka.mundaka.pk) == 1
    row = OutboxRow.objects.get(key="r")
    assert row.failed_at is None and row.done_at is None and "does not answer" in row.error


class _Made:
    pdf, pages, sealed_at, signer = b"%PDF-", 1, None, ""

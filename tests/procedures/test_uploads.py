"""Attachments: what is taken, what is refused with words that help, and where it ends up."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.documents.content import Unwanted, file_type
from core.documents.contrib.antivirus import ScannerDown, scan
from core.documents.models import DocumentVersion
from core.documents.services.uploads import clean_name, with_extension
from core.municipalities.scope import acting_for
from tests.cast import Cast
from tests.procedures.walking import PDF, Walk, errors
from tests.servers import EICAR

Browser = Callable[..., Client]
JPG, PNG = b"\xff\xd8\xff\xe0" + b"x" * 40, b"\x89PNG\r\n\x1a\n" + b"x" * 40
EXE = b"MZ\x90\0" + b"\0" * 60


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


@pytest.fixture
def at_documents(online: Cast, browser: Browser) -> Walk:
    """Jon, where a general request asks for its documents."""
    walk = Walk(browser(online.jon), "REG-001").begin()
    while walk.at != "documents":
        from tests.procedures.answers import YOU, samples

        step = walk.at
        walk.post(step, YOU if step == "you" else samples(walk.definition.form.on_page(int(step))))
    return walk


def send(walk: Walk, name: str, content: bytes, code: str = "attachments", **more: str) -> Any:
    data = {f"file_{code}": SimpleUploadedFile(name, content), "upload": "1", **more}
    return walk.client.post(walk.url("documents"), data)


def test_a_file_is_kept_shown_and_reaches_the_case_file(online: Cast, at_documents: Walk) -> None:
    walk = at_documents
    assert send(walk, "../../etc/passwd\u202efdp.pdf", PDF).status_code == 302
    (attachment,) = walk.draft(online).attachments
    assert attachment["file_name"] == "passwdfdp.pdf"
    assert "passwdfdp.pdf" in walk.client.get(walk.url("documents")).content.decode()
    send(walk, "again.pdf", PDF)
    assert len(walk.draft(online).attachments) == 1  # the same bytes are the same attachment
    walk.post("documents", {})
    walk.send()
    with acting_for(online.mundaka.pk):
        version = DocumentVersion.objects.get()
        assert (version.file_name, version.mime, version.size) == ("passwdfdp.pdf", "application/pdf", len(PDF))
        assert storages["blobs"].exists(f"{online.mundaka.pk}/{version.sha256[:2]}/{version.sha256}")


def test_a_file_can_be_taken_out_and_a_forged_reference_takes_nothing(online: Cast, at_documents: Walk) -> None:
    walk = at_documents
    send(walk, "a.pdf", PDF)
    walk.client.post(walk.url("documents"), {"remove": "0000000000000000"})
    (attachment,) = walk.draft(online).attachments
    walk.client.post(walk.url("documents"), {"remove": attachment["id"]})
    assert walk.draft(online).attachments == []


def test_a_file_for_a_document_that_is_not_asked_for_is_not_kept(online: Cast, at_documents: Walk) -> None:
    send(at_documents, "a.pdf", PDF, code="other_document")
    assert at_documents.draft(online).attachments == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("program.pdf", EXE, "programa bat da"),
        ("page.pdf", b"<html><script>alert(1)</script>", "ezin dugun ireki motakoa"),
        ("empty.pdf", b"", "hutsik dago"),
        ("bomb.zip", zipped(big=b"\0" * 30_000_000), "ezin da modu seguruan ireki"),
        ("nested.zip", zipped(inner=zipped(a=b"x")), "ezin da modu seguruan ireki"),
        ("hidden.zip", zipped(a_dot_exe=b"x"), "programa bat da"),
        ("broken.zip", b"PK\x03\x04 and nothing else", "ezin da modu seguruan ireki"),
        ("virus.pdf", PDF + EICAR, "birus bat du"),
    ],
)
def test_what_is_not_safe_is_refused_and_not_kept(
    online: Cast, at_documents: Walk, name: str, content: bytes, message: str
) -> None:
    response = send(at_documents, name, content)
    assert response.status_code == 200
    assert message in errors(response)["file_attachments"][0]
    assert at_documents.draft(online).attachments == []


def test_a_file_over_the_limit_says_how_large_it_may_be(online: Cast, at_documents: Walk, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_TOTAL_BYTES = 1000, 1500
    assert "gehienez" in errors(send(at_documents, "big.pdf", PDF + b"x" * 1000))["file_attachments"][0]
    send(at_documents, "one.pdf", PDF + b"x" * 900)
    assert "Ez dago lekurik" in errors(send(at_documents, "two.pdf", PDF + b"y" * 900))["file_attachments"][0]


def test_an_antivirus_that_is_down_loses_nothing(online: Cast, at_documents: Walk, settings: Any) -> None:
    settings.ANTIVIRUS_BACKEND, settings.CLAMD_ADDRESS = "clamd", "tcp://127.0.0.1:1"
    response = send(at_documents, "a.pdf", PDF)
    assert "saiatu berriro" in errors(response)["file_attachments"][0]
    assert at_documents.draft(online).data  # what was written is there
    settings.ANTIVIRUS_BACKEND = "demo"
    assert send(at_documents, "a.pdf", PDF).status_code == 302


def test_a_required_document_cannot_come_later(online: Cast, citizen_client: Client) -> None:
    walk = Walk(citizen_client, "URB-002").begin()
    from tests.procedures.answers import YOU, samples

    while walk.at != "documents":
        walk.post(walk.at, YOU if walk.at == "you" else samples(walk.definition.form.on_page(int(walk.at))))
    response = walk.post("documents", {})
    assert set(errors(response)) == {"file_budget_doc", "file_plan_sketch"}


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (PDF, "application/pdf"),
        (JPG, "image/jpeg"),
        (PNG, "image/png"),
        (b"II*\0" + b"x" * 60, "image/tiff"),
        (b"\0\0\0\x18ftypheic" + b"x" * 60, "image/heic"),
        (zipped(a=b"text"), "application/zip"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
        (
            zipped(**{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, mime: str) -> None:
    assert file_type(io.BytesIO(content)).mime == mime


def test_a_document_with_macros_is_a_program() -> None:
    macros = zipped(**{"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b""})
    with pytest.raises(Unwanted, match="program"):
        file_type(io.BytesIO(macros))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\temp\\plan:a.pdf", "plan_a.pdf"),
        ("a" * 300 + ".pdf", "a" * 120 + ".pdf"),
        ("..", "file"),
        ("kalea ñ.pdf\0", "kalea ñ.pdf"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_can_do_harm(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_a_name_gets_the_extension_of_its_content() -> None:
    assert with_extension("photo.exe", file_type(io.BytesIO(JPG))) == "photo.exe.jpg"
    assert with_extension("photo.JPEG", file_type(io.BytesIO(JPG))) == "photo.JPEG"


def test_the_real_clamd_finds_the_virus_and_passes_the_rest(real_clamd: str, settings: Any) -> None:
    settings.ANTIVIRUS_BACKEND, settings.CLAMD_ADDRESS = "clamd", real_clamd
    assert "Eicar" in scan(io.BytesIO(EICAR))
    assert scan(io.BytesIO(PDF * 5000)) == ""


def test_a_clamd_that_hangs_up_is_down_and_not_clean(settings: Any, tmp_path: Path) -> None:
    settings.ANTIVIRUS_BACKEND = "clamd"
    for address in ("tcp://127.0.0.1:1", f"unix://{tmp_path}/none.sock"):
        settings.CLAMD_ADDRESS = address
        with pytest.raises(ScannerDown):
            scan(io.BytesIO(PDF))


def test_the_demo_antivirus_refuses_production(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured):
        scan(io.BytesIO(PDF))

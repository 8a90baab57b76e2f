"""Anybody checks a code; who may have the document itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.http import Http404
from django.test import Client

from core.audit.models import AuditRow
from core.audit.services import SYSTEM
from core.documents.codes import grouped_csv, new_csv
from core.documents.limits import allow
from core.documents.models import Document
from core.documents.rights import get_document_for
from core.documents.services import new_upload, open_verified, render_and_seal, save_all, store, verify
from core.documents.services.verifying import ASKED_A_MINUTE, FACTORS_AN_HOUR
from core.municipalities.cache import FailOpenRedisCache
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from tests.cast import Cast


def test_a_code_leads_to_its_town_from_anywhere(new: Callable[..., Document], in_mundaka: Cast) -> None:
    document = new()
    version = render_and_seal(document.pk)
    with acting_for(in_mundaka.balmaseda.pk):
        found = verify(grouped_csv(document.csv).lower())
    assert found and found.town.municipality == in_mundaka.mundaka
    assert found.sealed and found.intact and found.viewable and found.needs_factor
    assert (found.sha256, found.pages, found.signer) == (version.sha256, 1, "BiscayTIK DEMO seal")


def test_an_unknown_code_is_nothing(cast: Cast) -> None:
    assert verify(new_csv()) is None
    assert verify("not a code") is None


def test_a_changed_file_is_told(new: Callable[..., Document], blobs: Path) -> None:
    document = new()
    render_and_seal(document.pk)
    (path,) = [path for path in blobs.rglob("*") if path.is_file()]
    path.write_bytes(path.read_bytes() + b"x")
    found = verify(document.csv)
    assert found and not found.intact


def test_a_document_with_personal_data_asks_for_the_last_four(new: Callable[..., Document]) -> None:
    document = new()
    render_and_seal(document.pk)
    for wrong in ("", "678", "0000", "1234"):
        with pytest.raises(DomainError) as refused:
            open_verified(document.csv, factor=wrong)
        assert refused.value.field == "factor"
    version, blob = open_verified(document.csv, factor=" 678-z ")
    with blob:
        assert blob.read(5) == b"%PDF-" and version.mime == "application/pdf"


def test_the_last_four_are_not_tried_for_long(new: Callable[..., Document]) -> None:
    document = new()
    render_and_seal(document.pk)
    for _ in range(FACTORS_AN_HOUR):
        with pytest.raises(DomainError):
            open_verified(document.csv, factor="0000")
    with pytest.raises(DomainError) as refused:
        open_verified(document.csv, factor="678Z")
    assert refused.value.code == "too_many"


def test_a_document_without_a_holder_is_shown_at_once(new: Callable[..., Document]) -> None:
    document = new("day_closure")
    render_and_seal(document.pk)
    assert open_verified(document.csv)[0].document_id == document.pk


def test_what_a_citizen_uploaded_is_shown_to_nobody_with_just_a_code(in_mundaka: Cast, blobs: Path) -> None:
    stored = store(in_mundaka.mundaka.pk, b"%PDF-")
    document, version = new_upload(kind="TD99", title="x", stored=stored, file_name="x.pdf", actor=SYSTEM)
    save_all([document], [version])
    found = verify(document.csv)
    assert found and not found.viewable
    with pytest.raises(DomainError):
        open_verified(document.csv)


def test_who_asks_too_often_waits(cast: Cast) -> None:
    for _ in range(ASKED_A_MINUTE):
        verify("x", client="192.0.2.1")
    with pytest.raises(DomainError) as refused:
        verify("x", client="192.0.2.1")
    assert refused.value.code == "too_many"
    assert verify("x", client="192.0.2.2") is None


def test_without_the_cache_this_process_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    away = FailOpenRedisCache("redis://127.0.0.1:1/0", {})
    monkeypatch.setattr("core.documents.limits.cache", away)
    answers = [allow("x", limit=3, seconds=3600) for _ in range(5)]
    assert answers == [True, True, True, False, False]
    assert cache is not away


def test_a_clerk_reads_her_towns_documents_and_that_is_recorded(new: Callable[..., Document], in_mundaka: Cast) -> None:
    document = new()
    assert get_document_for(in_mundaka.clerk(), document.csv) == document
    assert AuditRow.objects.filter(action="documents.read", object_id=document.pk).exists()
    with pytest.raises(Http404):
        get_document_for(in_mundaka.clerk(in_mundaka.koldo), document.csv)


def test_a_citizen_reads_no_document_that_is_not_hers(new: Callable[..., Document], in_mundaka: Cast) -> None:
    document = new()
    for user in (in_mundaka.ane, in_mundaka.jon):
        with pytest.raises(Http404):
            get_document_for(in_mundaka.citizen(user), document.csv)


def test_a_file_is_sent_so_that_no_browser_runs_it(in_mundaka: Cast, blobs: Path) -> None:
    from core.documents.services import file_response

    stored = store(in_mundaka.mundaka.pk, b"<script>alert(1)</script>")
    document, version = new_upload(
        kind="TD99", title="x", stored=stored, file_name='a"\r\nb.html', mime="text/html", actor=SYSTEM
    )
    save_all([document], [version])
    response: Any = file_response(version)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff" and "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("template", ["receipt", "application"])
def test_what_names_who_filed_by_number_asks_for_it_too(template: str, new: Callable[..., Document]) -> None:
    document = new(template, party_identifier="12345678Z")
    render_and_seal(document.pk)
    with pytest.raises(DomainError) as refused:
        open_verified(document.csv)
    assert refused.value.field == "factor"
    open_verified(document.csv, factor="678Z")[1].close()


def test_what_is_shown_to_who_has_the_code_is_kept_by_no_cache(new: Callable[..., Document]) -> None:
    document = new("day_closure")
    render_and_seal(document.pk)
    answer = Client().post("/mundaka/eu/verify/", {"csv": document.csv})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"] and "public" not in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Disposition"].startswith("attachment")

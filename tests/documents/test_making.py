"""Making a document, and being stopped in the middle."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from core.audit.models import AuditRow
from core.documents import rendering, sealing
from core.documents.constants import DocumentState
from core.documents.models import Document, DocumentVersion
from core.documents.page import BrokenDocument
from core.documents.services import is_intact, making, mark_failed, render_and_seal, render_now, retry_document
from core.municipalities.services import DomainError
from core.notifications.models import OutboxRow
from tests.cast import Cast


class Killed(BaseException):
    """What a kill -9 looks like from inside: nobody catches it."""


STOPS = [
    (rendering, "page_html"),
    (rendering, "render"),
    (sealing.Seal, "sign"),
    (making, "store"),
    (DocumentVersion, "save"),
    (Document, "save"),
    (making, "_ready_hooks"),
]


@pytest.mark.parametrize(("where", "name"), STOPS, ids=[name for _, name in STOPS])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_line_it_can_simply_be_made_again(
    where: Any, name: str, after: bool, new: Callable[..., Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = new()
    before = getattr(where, name)

    def stop(*args: Any, **kwargs: Any) -> Any:
        if after and callable(before):
            before(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(where, name, [stop] if isinstance(before, list) else stop)
        with pytest.raises(Killed), transaction.atomic():
            render_and_seal(document.pk)
    document.refresh_from_db()
    assert document.state == DocumentState.PENDING and not document.versions.exists()
    version = render_and_seal(document.pk)
    document.refresh_from_db()
    assert document.state == DocumentState.READY and is_intact(version)


def test_a_second_run_returns_what_the_first_one_made(
    new: Callable[..., Document], blobs: Path, django_assert_num_queries: Any
) -> None:
    document = new()
    first = render_and_seal(document.pk)
    assert render_and_seal(document.pk) == first == render_now(document)
    assert document.versions.count() == 1
    assert len([path for path in blobs.rglob("*") if path.is_file()]) == 1


def test_without_a_seal_the_code_alone_remains(new: Callable[..., Document], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SEAL_P12", "")
    version = render_and_seal(new().pk)
    assert version.sealed_at is None and version.signer == ""


def test_what_lacks_a_key_fails_for_good_and_says_which(new: Callable[..., Document]) -> None:
    document = new()
    del document.context["address"]
    document.save()
    with pytest.raises(BrokenDocument, match="address"), transaction.atomic():
        render_and_seal(document.pk)


def test_a_lost_seal_is_a_passing_fault(new: Callable[..., Document], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SEAL_P12", "/nowhere/seal.p12")
    with pytest.raises(OSError), transaction.atomic():
        render_and_seal(new().pk)


def test_a_clerk_has_a_failed_document_tried_again(new: Callable[..., Document], in_mundaka: Cast) -> None:
    document = new()
    with pytest.raises(DomainError):
        retry_document(document=document, actor=in_mundaka.clerk())
    mark_failed(document.pk, "it broke")
    retry_document(document=document, actor=in_mundaka.clerk())
    document.refresh_from_db()
    assert (document.state, document.error) == (DocumentState.PENDING, "")
    assert OutboxRow.objects.get().payload == {"document": document.pk}
    assert AuditRow.objects.filter(action="documents.retried").exists()

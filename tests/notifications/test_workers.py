"""A real worker, killed in the middle of a document."""

import time
from collections.abc import Callable

import pytest

from biscaytik.launcher.stack import Stack
from core.audit.services import SYSTEM
from core.documents.constants import DocumentState
from core.documents.models import Document
from core.documents.services import is_intact, new_document, save_all
from core.municipalities.scope import acting_for
from core.notifications.models import OutboxRow
from core.notifications.services import nudging, outbox, render_effect
from tests.cast import Cast
from tests.documents.samples import SAMPLES

DOCUMENTS = 12


def wait(happened: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(cast: Cast, live_stack: Callable[..., Stack]) -> None:
    stack = live_stack(parts=("worker", "beat"))
    nudging.rest_no_longer()
    with acting_for(cast.mundaka.pk):
        documents = [
            new_document(
                kind="TD11", title_eu="a", title_es="b", template="volante", context=dict(SAMPLES["volante"]),
                language="bi", actor=SYSTEM,
            )
            for _ in range(DOCUMENTS)
        ]  # fmt: skip
        save_all(documents)
        outbox([render_effect(document) for document in documents])

    def ready() -> int:
        with acting_for(cast.mundaka.pk):
            return Document.objects.filter(state=DocumentState.READY).count()

    wait(lambda: ready() >= 2)
    stack.kill("worker")
    assert ready() < DOCUMENTS, "it was too quick to be killed in the middle"
    stack.start("worker")
    wait(lambda: ready() == DOCUMENTS)
    with acting_for(cast.mundaka.pk):
        assert not OutboxRow.objects.filter(done_at=None).exists()
        for document in Document.objects.all():
            (version,) = document.versions.all()
            assert is_intact(version) and version.sealed_at

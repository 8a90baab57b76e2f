from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from core.audit.services import SYSTEM
from core.documents.limits import forget
from core.documents.models import Document
from core.documents.services import new_document, save_all
from tests.cast import Cast
from tests.documents.samples import SAMPLES

BOTH = {"title_eu": "Errolda-volantea", "title_es": "Volante de empadronamiento"}


@pytest.fixture(autouse=True)
def limits_start_anew() -> None:
    forget()


@pytest.fixture
def blobs(tmp_path: Path) -> Any:
    """A folder of the test's own for stored bytes."""
    from django.test import override_settings

    storages = settings.STORAGES | {
        "blobs": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "blobs")},
        }
    }
    with override_settings(STORAGES=storages):
        yield tmp_path / "blobs"


@pytest.fixture
def new(in_mundaka: Cast, blobs: Path) -> Callable[..., Document]:
    """`new("volante", language="bi", **changes)` saves a pending document of Mundaka."""

    def make(template: str = "volante", language: str = "bi", **changes: Any) -> Document:
        document = new_document(
            kind="TD11",
            template=template,
            context=SAMPLES[template] | changes,
            language=language,
            actor=SYSTEM,
            **BOTH,
        )
        save_all([document])
        return document

    return make

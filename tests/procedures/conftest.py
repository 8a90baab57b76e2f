"""The catalogue, for whoever needs it."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command

from procedures.services import forget_definitions, forget_town_procedures


@pytest.fixture(autouse=True)
def fresh_catalogue() -> Iterator[None]:
    """Definitions live in memory; no test may see another's."""
    forget_definitions()
    forget_town_procedures()
    yield
    forget_definitions()
    forget_town_procedures()


@pytest.fixture
def catalogue(db: None) -> None:
    call_command("load_catalogue", stdout=StringIO())

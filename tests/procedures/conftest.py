"""The catalogue on line, for whoever needs it."""

from collections.abc import Iterator

import pytest

from core.documents.limits import forget
from core.municipalities.scope import acting_for
from procedures.services import (
    enable_procedures,
    forget_definitions,
    forget_related,
    forget_search,
    forget_town_procedures,
)
from tests.cast import Cast


@pytest.fixture(autouse=True)
def fresh_catalogue() -> Iterator[None]:
    """Definitions live in memory, and so do the counts of who asks how often; no test may see another's."""
    forget()
    forget_definitions()
    forget_town_procedures()
    forget_search()
    forget_related()
    yield
    forget_definitions()
    forget_town_procedures()
    forget_search()
    forget_related()


@pytest.fixture
def online(catalogue: None, cast: Cast) -> Cast:
    """The cast, with every procedure on line in Mundaka and in Balmaseda."""
    for town in (cast.mundaka, cast.balmaseda):
        with acting_for(town.pk):
            enable_procedures(town.pk)
    return cast

"""Fixtures for every room."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.utils import translation
from hypothesis import HealthCheck, settings

from core.municipalities.scope import acting_for
from core.municipalities.services import forget_calendar, forget_towns
from procedures.services import forget_search
from tests import cast as cast_module
from tests.cast import Cast

# no test asks how fast the machine is
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
pytest_plugins = ["tests.catalogue", "tests.clients", "tests.servers", "tests.live"]


@pytest.fixture(autouse=True, scope="session")
def seal() -> None:
    """Documents are sealed in the tests too, with a demonstration's seal that stays for the next run."""
    call_command("ensure_seal")


@pytest.fixture(autouse=True)
def in_basque() -> Iterator[None]:
    """A request leaves its language behind in the thread; no test may read another's."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def fresh_towns() -> Iterator[None]:
    """The directory of towns, the calendar and the search's index live in memory; no test may see another's."""
    forget_towns()
    forget_calendar()
    forget_search()
    yield
    forget_towns()
    forget_calendar()
    forget_search()


@pytest.fixture
def cast(db: None) -> Cast:
    return cast_module.build()


@pytest.fixture
def in_mundaka(cast: Cast) -> Iterator[Cast]:
    """The cast, with Mundaka's door open."""
    with acting_for(cast.mundaka.pk):
        yield cast

from collections.abc import Iterator

import pytest

from core.notifications.services import effects, nudging


@pytest.fixture(autouse=True)
def only_these_effects() -> Iterator[None]:
    """Effects that a test registers are gone after it."""
    before = dict(effects._effects)
    nudging.rest_no_longer()
    yield
    effects._effects.clear()
    effects._effects.update(before)
    nudging.rest_no_longer()

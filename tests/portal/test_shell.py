"""The shell around every page."""

import pytest
from django.test import Client

from tests.cast import Cast


@pytest.mark.parametrize("language", ["eu", "es", "en"])
@pytest.mark.parametrize("page", ["", "offices/", "accessibility/", "privacy/"])
def test_a_town_answers_in_every_language(cast: Cast, client: Client, language: str, page: str) -> None:
    response = client.get(f"/mundaka/{language}/{page}")
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.content.decode()

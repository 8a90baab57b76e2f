"""Whom a page believes about where a visitor is, and how she gets away from it."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from core.documents.services import client_of
from core.municipalities.scope import acting_for
from procedures.services import enable_procedures, forget_town_procedures
from tests.cast import Cast


@pytest.mark.parametrize(
    ("proxies", "reported", "believed"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 10.0.0.7", "10.0.0.7"),
        (2, "6.6.6.6, 10.0.0.7, 192.0.2.1", "10.0.0.7"),
        (2, "10.0.0.7", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_say_who_asks(
    rf: RequestFactory, settings: Any, proxies: int, reported: str, believed: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert client_of(rf.get("/", headers={"X-Forwarded-For": reported})) == believed


def test_attempts_are_counted_although_each_claims_another_address(cast: Cast, client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    for number in (1, 2):
        form = {"email": f"a{number}@example.eus", "password1": "etxeko-giltza-urdina"}
        answer = client.post("/mundaka/eu/account/signup/", form, headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert answer.status_code == 429


def test_every_page_of_a_discreet_matter_leads_away_to_the_same_place(
    catalogue: None, cast: Cast, client: Client, settings: Any
) -> None:
    settings.EXIT_URL = "https://eguraldia.example/"
    with acting_for(cast.mundaka.pk):
        enable_procedures(cast.mundaka.pk)
    forget_town_procedures()
    away = '<a class="btn btn--accent" href="https://eguraldia.example/" rel="noreferrer" data-leave>'
    about = "/mundaka/es/procedures/IGU-001/"
    assert away in client.get(about).content.decode()
    assert away in client.get(f"{about}start/", follow=True).content.decode()
    assert away not in client.get("/mundaka/es/procedures/PAD-006/").content.decode()

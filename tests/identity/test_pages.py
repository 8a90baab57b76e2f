"""Signing up, identifying oneself, one's account."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory

from core.audit.constants import Level
from core.audit.models import AuditRow
from core.identity.gateways import troubles
from core.identity.models import Person, User
from core.identity.services import find_person
from core.identity.views.door import safe_next
from core.municipalities.scope import reading_own
from tests.cast import Cast

ACCOUNT = "/mundaka/eu/account/"
GOOD = {"email": "nerea@example.eus", "password1": "etxeko-giltza-urdina"}


def code_in(message: mail.EmailMessage) -> str:
    found = re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", str(message.body), re.MULTILINE)
    assert found, message.body
    return found[1]


def test_signing_up_makes_the_account_and_its_provisional_person_and_asks_for_the_code(
    cast: Cast, client: Client
) -> None:
    answer = client.post(f"{ACCOUNT}signup/", GOOD | {"next": ACCOUNT})
    assert answer["Location"] == f"{ACCOUNT}confirm-email/"
    user = User.objects.select_related("person").get(email=GOOD["email"])
    assert (user.person.is_proved, user.language) == (False, "eu")
    assert client.get(ACCOUNT).status_code == 302
    client.post(answer["Location"], {"code": code_in(mail.outbox[0])})
    assert client.get(ACCOUNT).status_code == 200


def test_the_page_says_the_same_whether_the_address_has_an_account_or_not(cast: Cast, client: Client) -> None:
    known = client.post(f"{ACCOUNT}signup/", GOOD | {"email": cast.ane.email})
    fresh = Client().post(f"{ACCOUNT}signup/", GOOD)
    assert (known.status_code, known["Location"]) == (fresh.status_code, fresh["Location"])
    assert User.objects.filter(email=cast.ane.email).count() == 1
    pages = [
        Client().post(f"{ACCOUNT}login/", {"login": email, "password": "wrong"}).content.decode()
        for email in (cast.ane.email, "nobody@example.eus")
    ]
    moving = r'value="[^"]*"|name="csrf[^>]*|\S+@example.eus|[\d:.]+\+0\d:00|\d+:\d+:\d+'
    strip = [re.sub(moving, "", page) for page in pages]
    assert strip[0] == strip[1]


def test_too_many_wrong_passwords_get_a_clear_page(cast: Cast, client: Client) -> None:
    attempts = [client.post(f"{ACCOUNT}login/", {"login": "ane@example.eus", "password": "no"}) for _ in range(12)]
    assert attempts[-1].status_code in (200, 429)
    assert "Huts egite gehiegi" in attempts[-1].content.decode()


def test_too_many_requests_from_one_place_get_our_page(cast: Cast, client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    client.post(f"{ACCOUNT}signup/", GOOD)
    answer = Client().post(f"{ACCOUNT}signup/", GOOD | {"email": "other@example.eus"})
    assert answer.status_code == 429
    assert "<h1" in answer.content.decode()
    assert not User.objects.filter(email="other@example.eus").exists()


def test_a_demo_citizen_is_identified_at_one_click(cast: Cast, client: Client) -> None:
    page = client.get(f"{ACCOUNT}identify/?next=/mundaka/eu/account/").content.decode()
    assert f"{ACCOUNT}demo/?next=/mundaka/eu/account/" in page
    before = client.session.session_key
    answer = client.post(f"{ACCOUNT}demo/", {"who": "ane@herritar.example", "next": ACCOUNT})
    assert answer["Location"] == ACCOUNT
    assert client.session["identity_level"] == Level.CERTIFICATE
    assert client.session.session_key != before
    person = find_person("nif", "10000001S")
    assert person and str(person) == "Ane Etxebarria Uriarte"
    assert "10000001S" in client.get(ACCOUNT).content.decode()
    with reading_own(person.pk):
        assert "identity.signed_in" in AuditRow.objects.values_list("action", flat=True)


def test_signing_out_takes_the_level_away(cast: Cast, citizen_client: Client) -> None:
    citizen_client.post(f"{ACCOUNT}logout/")
    assert "identity_level" not in citizen_client.session
    assert citizen_client.get(ACCOUNT).status_code == 302


def test_another_person_in_the_same_browser_does_not_inherit_the_level(cast: Cast, citizen_client: Client) -> None:
    citizen_client.post(f"{ACCOUNT}demo/", {"who": "jon@herritar.example", "next": ACCOUNT})
    assert "identity_level" not in citizen_client.session


def test_a_demo_clerk_is_in_at_one_click(cast: Cast, client: Client) -> None:
    answer = client.post(f"{ACCOUNT}demo/", {"who": "miren@mundaka.example"})
    assert answer["Location"] == "/mundaka/eu/admin/"
    assert client.get("/mundaka/eu/admin/").status_code == 200
    client.post(f"{ACCOUNT}demo/", {"who": "koldo@balmaseda.example", "next": ACCOUNT})
    assert client.get("/balmaseda/eu/admin/").status_code == 302  # not on Mundaka's list


def test_the_demo_gateway_refuses_production(cast: Cast, client: Client, settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    assert [trouble.gateway for trouble in troubles()] == ["demo"]
    with pytest.raises(ImproperlyConfigured):
        client.post(f"{ACCOUNT}demo/", {"who": "ane@herritar.example"})


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "//[", ""])
def test_next_leads_to_this_host_only(rf: RequestFactory, wanted: str) -> None:
    assert safe_next(rf.post("/", {"next": wanted}), "/here/") == "/here/"
    assert safe_next(rf.post("/", {"next": "/mundaka/eu/"}), "/here/") == "/mundaka/eu/"


@pytest.mark.parametrize("page", ["login/", "signup/"])
def test_a_next_that_nobody_can_read_leads_nowhere(cast: Cast, client: Client, page: str) -> None:
    assert client.get(f"{ACCOUNT}{page}?next=//[").status_code == 200


def test_the_account_page_keeps_a_proved_name_and_changes_the_language(
    cast: Cast, browser: Callable[..., Client], citizen_client: Client
) -> None:
    jon = browser(cast.jon)
    jon.post(ACCOUNT, {"name": "Jon A.", "language": "es"})
    citizen_client.post(ACCOUNT, {"name": "Somebody", "language": "es"})
    for user in (cast.jon, cast.ane):
        user.refresh_from_db()
    assert (cast.jon.name, cast.jon.language, cast.ane.name) == ("Jon A.", "es", "Ane Etxebarria Uriarte")
    assert Person.objects.get(pk=cast.jon.person_id).given_name == "Jon"

"""A session goes on while somebody is there; a language is remembered; mails wait for nobody."""

import smtplib
import time
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.utils import translation

from core.audit.models import AuditRow
from core.identity.middleware import SEEN
from core.identity.models import User
from core.municipalities.scope import reading_own
from tests import cast as cast_module
from tests.cast import Cast

ACCOUNT = "/mundaka/eu/account/"
SESSION = f"{ACCOUNT}session/"
GOOD = {"email": "nerea@example.eus", "password1": "etxeko-giltza-urdina"}


def aged(client: Client, seconds: int) -> Client:
    """The same browser, whose session was last written so long ago."""
    session = client.session
    session[SEEN] = int(time.time()) - seconds
    session.save()
    return client


def seen(client: Client) -> int:
    return int(time.time()) - int(client.session[SEEN])


def test_a_page_moves_the_end_of_the_session_on(cast: Cast, citizen_client: Client, settings: Any) -> None:
    answer = aged(citizen_client, 3600).get(ACCOUNT)
    assert seen(citizen_client) < 5
    assert answer.cookies["sessionid"]["max-age"] == settings.SESSION_COOKIE_AGE


def test_the_session_is_not_written_with_every_page(cast: Cast, citizen_client: Client) -> None:
    assert "sessionid" not in aged(citizen_client, 60).get(ACCOUNT).cookies


def test_from_any_page_the_session_lasts_as_long_as_the_page_says(cast: Cast, settings: Any) -> None:
    assert settings.SESSION_COOKIE_AGE - settings.SESSION_RENEW_SECONDS >= settings.SESSION_IDLE_SECONDS


def test_without_javascript_a_page_that_nobody_touches_leads_to_the_warning(cast: Cast, citizen_client: Client) -> None:
    page = citizen_client.get("/mundaka/en/account/who-has-seen-my-data/").content.decode()
    assert 'http-equiv="refresh" content="14100; url=/mundaka/en/account/session/?next=' in page
    warning = aged(citizen_client, 3600).get(f"{SESSION}?next={ACCOUNT}")
    assert seen(citizen_client) >= 3600, "looking at the warning must not keep the session open"
    stay = f"{SESSION}?stay=1&next={ACCOUNT}"
    assert stay.replace("&", "&amp;") in warning.content.decode()
    assert citizen_client.get(stay)["Location"] == ACCOUNT
    assert seen(citizen_client) < 5


def test_a_page_with_a_form_is_not_taken_away_from_who_types(cast: Cast, citizen_client: Client) -> None:
    page = citizen_client.get(ACCOUNT).content.decode()
    assert 'http-equiv="refresh"' not in page
    assert f'{SESSION}?stay=1" target="_blank"' in page


def test_when_it_has_ended_the_page_says_so_and_leads_back(cast: Cast, client: Client) -> None:
    page = client.get(f"/mundaka/en/account/session/?next={ACCOUNT}").content.decode()
    assert "You have been signed out" in page and f"login/?next={ACCOUNT}" in page


def test_the_language_is_remembered_and_the_next_visit_opens_in_it(cast: Cast, client: Client) -> None:
    assert client.get("/mundaka/es/").cookies["django_language"].value == "es"
    assert client.get("/mundaka/", headers={"Accept-Language": "en"})["Location"] == "/mundaka/es/"
    assert "django_language" not in client.get("/mundaka/es/").cookies


def test_changing_the_language_while_signed_in_is_kept_in_the_account(cast: Cast, citizen_client: Client) -> None:
    citizen_client.get(ACCOUNT)
    assert User.objects.get(pk=cast.ane.pk).language == "eu"
    citizen_client.get("/mundaka/es/account/")
    assert User.objects.get(pk=cast.ane.pk).language == "es"
    assert cast.ane.person_id
    with reading_own(cast.ane.person_id):
        assert list(AuditRow.objects.values_list("action", flat=True)) == ["identity.account_changed"]


def test_a_first_visit_with_a_new_browser_changes_nothing_in_the_account(cast: Cast, citizen_client: Client) -> None:
    citizen_client.get("/mundaka/en/account/")
    assert User.objects.get(pk=cast.ane.pk).language == "eu"


def test_an_accounts_mail_speaks_its_language_not_the_pages(cast: Cast, client: Client) -> None:
    User.objects.filter(pk=cast.ane.pk).update(language="es")
    with translation.override("eu"):
        client.post(f"{ACCOUNT}password/reset/", {"email": cast.ane.email})
        client.post(f"{ACCOUNT}password/reset/", {"email": "nobody@example.eus"})
    assert [message.extra_headers["Content-Language"] for message in mail.outbox] == ["es", "eu"]
    assert "cambiar la contraseña" in str(mail.outbox[0].body)


class Away(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("away")


@pytest.mark.django_db(transaction=True)
def test_a_code_leaves_after_the_commit_and_needs_no_worker(client: Client, settings: Any) -> None:
    cast_module.build()
    settings.CELERY_BROKER_URL = settings.REDIS_URL = "redis://127.0.0.1:1/0"
    began = time.monotonic()
    client.post(f"{ACCOUNT}signup/", GOOD)
    assert time.monotonic() - began < 5
    assert [message.to for message in mail.outbox] == [[GOOD["email"]]]


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_is_said_and_the_account_stays(client: Client, settings: Any) -> None:
    cast_module.build()
    settings.EMAIL_BACKEND = "tests.identity.test_session.Away"
    answer = client.post("/mundaka/en/account/signup/", GOOD)
    assert answer.status_code == 409 and "our mail server does not answer" in answer.content.decode()
    assert User.objects.filter(email=GOOD["email"]).exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()  # minutes later: an address gets one code in three
    Client().post("/mundaka/en/account/login/", {"login": GOOD["email"], "password": GOOD["password1"]})
    assert [message.to for message in mail.outbox] == [[GOOD["email"]]]

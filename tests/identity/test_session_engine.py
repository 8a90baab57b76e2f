"""The session brings its account along; what it says is checked as Django checks it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY
from django.test import Client

from core.identity.models import Session
from core.identity.sessions import SessionStore, account_of
from tests.cast import Cast

PAGE = "/mundaka/eu/folder/"


@pytest.fixture
def jon(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.jon)
    return client


def opened(client: Client) -> SessionStore:
    return SessionStore(client.session.session_key)


def test_a_session_and_its_account_with_her_person_come_by_one_statement(
    cast: Cast, jon: Client, django_assert_num_queries: Callable[[int], Any]
) -> None:
    session = opened(jon)
    with django_assert_num_queries(1):
        account = account_of(session)
        assert account == cast.jon and account.person == cast.jon.person


def test_a_visitors_session_is_nobodys(cast: Cast) -> None:
    session = SessionStore()
    session["basket"] = 1
    session.create()
    assert account_of(SessionStore(session.session_key)) is None


def test_a_changed_password_ends_the_other_sessions(cast: Cast, jon: Client) -> None:
    cast.jon.set_password("another-one-entirely")
    cast.jon.save()
    assert account_of(opened(jon)) is None
    assert jon.get(PAGE).status_code == 302
    assert not Session.objects.filter(user=cast.jon).exists()


def test_a_closed_account_is_signed_in_nowhere(cast: Cast, jon: Client) -> None:
    cast.jon.is_active = False
    cast.jon.save()
    assert account_of(opened(jon)) is None
    assert jon.get(PAGE).status_code == 302


@pytest.mark.parametrize(("key", "value"), [(SESSION_KEY, "0"), (BACKEND_SESSION_KEY, "somebody.elses.Backend")])
def test_a_session_that_says_otherwise_than_its_row_opens_nothing(
    cast: Cast, jon: Client, key: str, value: str
) -> None:
    session = opened(jon)
    session[key] = value
    assert account_of(session) is None

"""What the identity pages cost in SQL, the door, session and savepoints included."""

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.identity.test_pages import ACCOUNT, GOOD, code_in

READ = {"": 7, "who-has-seen-my-data/": 8, "identify/": 2, "session/": 2}


@pytest.mark.parametrize("page", READ)
def test_a_page_keeps_its_budget(
    cast: Cast, citizen_client: Client, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    citizen_client.get(f"{ACCOUNT}{page}")  # fills what a process keeps in memory
    with django_assert_max_num_queries(READ[page]):
        assert citizen_client.get(f"{ACCOUNT}{page}").status_code == 200


def test_signing_up_its_code_and_signing_in_keep_their_budgets(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(f"{ACCOUNT}login/")
    with django_assert_max_num_queries(4):
        client.get(f"{ACCOUNT}login/")
    with django_assert_max_num_queries(20):
        answer = client.post(f"{ACCOUNT}signup/", GOOD)
    with django_assert_max_num_queries(7):
        assert client.get(answer["Location"]).status_code == 200
    with django_assert_max_num_queries(26):
        client.post(answer["Location"], {"code": code_in(mail.outbox[0])})
    fresh = Client()
    with django_assert_max_num_queries(17):
        fresh.post(f"{ACCOUNT}login/", {"login": GOOD["email"], "password": GOOD["password1"]})
    assert fresh.get(ACCOUNT).status_code == 200

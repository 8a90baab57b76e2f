"""What the pages of powers cost in SQL, the door, session and savepoints included."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.representation.test_powers import ane_grants

pytestmark = pytest.mark.django_db
MOST = {"": 9, "{number}/": 13}


@pytest.mark.parametrize("page", MOST)
def test_a_page_keeps_its_budget_however_many_powers_there_are(
    cast: Cast, citizen_client: Client, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    power, *_others = [ane_grants(cast) for _each in range(5)]
    address = f"/mundaka/eu/account/powers/{page.format(number=power.number)}"
    citizen_client.get(address)  # fills what a process keeps in memory
    with django_assert_max_num_queries(MOST[page]):
        assert citizen_client.get(address).status_code == 200

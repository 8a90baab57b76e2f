"""Pages kept for everybody: nobody's own bytes among them, and each town, language and theme apart."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from core.municipalities import public_cache
from core.municipalities.models import Theme
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns
from procedures.models import Procedure
from procedures.services import enable_procedures, forget_town_procedures
from tests.cast import Cast

KEPT = "public, max-age=0, s-maxage="


@pytest.fixture
def online(catalogue: None, cast: Cast) -> Iterator[Cast]:
    """Mundaka with the whole catalogue on line."""
    with acting_for(cast.mundaka.pk):
        enable_procedures(cast.mundaka.pk)
    forget_town_procedures()
    yield cast
    forget_town_procedures()
    forget_towns()


@pytest.fixture
def clock(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The cache is on, and its clock stands in the middle of a minute until a test moves it."""
    settings.PUBLIC_PAGE_CACHE = True
    now = [1_800_000_000 - 1_800_000_000 % 60 + 10]
    monkeypatch.setattr(public_cache.time, "time", lambda: now[0])
    return now


@pytest.mark.parametrize("page", ["", "procedures/", "procedures/REG-001/", "offices/", "privacy/"])
def test_the_second_reader_of_the_minute_costs_no_statement(
    page: str, clock: list[int], online: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get(f"/mundaka/eu/{page}")
    assert first.status_code == 200 and first["Cache-Control"] == f"{KEPT}50" and "Cookie" in first["Vary"]
    with django_assert_num_queries(0):
        second = client.get(f"/mundaka/eu/{page}")
    assert second.content == first.content
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]


def test_a_page_lives_until_the_next_minute(clock: list[int], online: Cast, client: Client) -> None:
    blue = client.get("/mundaka/eu/").content
    with acting_for(online.mundaka.pk):
        Theme.objects.update_or_create(municipality=online.mundaka, defaults={"brand": "#123456"})
    forget_towns()
    assert client.get("/mundaka/eu/").content == blue
    clock[0] += 50
    dark = client.get("/mundaka/eu/")
    assert dark["Cache-Control"] == f"{KEPT}60"
    assert dark.content != blue, "the page still asks for the colours of before"


def test_towns_and_languages_never_mix(clock: list[int], online: Cast, client: Client) -> None:
    pages = {url: client.get(url).content for url in ("/mundaka/eu/", "/mundaka/es/", "/balmaseda/eu/", "/eu/")}
    assert len(set(pages.values())) == len(pages)
    assert {url: client.get(url).content for url in pages} == pages


def test_whoever_is_signed_in_neither_gets_nor_leaves_a_kept_page(
    clock: list[int], online: Cast, citizen_client: Client
) -> None:
    hers = citizen_client.get("/mundaka/eu/")
    assert "no-store" in hers["Cache-Control"] and "private" in hers["Cache-Control"]
    visitor = Client().get("/mundaka/eu/")
    assert online.ane.email.encode() not in visitor.content
    again = citizen_client.get("/mundaka/eu/")
    assert again.content != visitor.content and "no-store" in again["Cache-Control"]


def test_an_unknown_cookie_a_query_and_a_form_pass_the_cache_by(clock: list[int], online: Cast) -> None:
    client = Client()
    client.cookies["something"] = "1"
    for answer in (client.get("/mundaka/eu/"), Client().get("/mundaka/eu/procedures/?q=errolda")):
        assert answer["Cache-Control"].startswith("private")
    assert "no-store" in Client().get("/mundaka/eu/verify/")["Cache-Control"]


def test_a_discreet_procedure_leaves_no_copy(clock: list[int], online: Cast, client: Client) -> None:
    discreet = Procedure.objects.filter(discreet=True).first()
    assert discreet
    answer = client.get(f"/mundaka/eu/procedures/{discreet.code}/")
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]


def test_errors_are_not_kept(clock: list[int], online: Cast, client: Client) -> None:
    assert "no-store" in client.get("/mundaka/eu/procedures/NOT-999/")["Cache-Control"]


def test_each_reader_of_a_kept_page_is_remembered_in_her_language(clock: list[int], online: Cast) -> None:
    for _reader in range(2):
        for language in ("eu", "es"):
            answer = Client().get(f"/mundaka/{language}/")
            assert answer["Cache-Control"].startswith(KEPT)
            assert answer.cookies["django_language"].value == language
    known = Client()
    known.cookies["django_language"] = "eu"
    assert not known.get("/mundaka/eu/").cookies

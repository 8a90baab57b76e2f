"""The town is in the address, and the door closes before anything else is answered."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from biscaytik.urls import urlpatterns as addresses
from case_files.models import CaseFile
from core.municipalities.middleware import no_door, own_rows_only
from core.municipalities.models import Domain
from core.municipalities.scope import acting_for, current
from core.municipalities.services import DomainError, forget_towns
from tests.cast import Cast


def make(reference: str) -> CaseFile:
    return CaseFile.objects.create(reference=reference, procedure_code="REG-001", title_eu="a", title_es="b")


def where(request: Any) -> HttpResponse:
    return HttpResponse(f"{request.town.municipality.slug} {current().municipality} {reverse('where')}")


def broken(request: Any) -> HttpResponse:
    make("broken")
    raise ZeroDivisionError


def gone(request: Any) -> HttpResponse:
    make("gone")
    raise Http404


def refused(request: Any) -> HttpResponse:
    make("refused")
    raise DomainError(_("Not today."))


def badly_drawn(request: Any) -> HttpResponse:
    make("drawn")
    return TemplateResponse(request, "there-is-no-such-template.html")


@no_door
def outside(request: Any) -> HttpResponse:
    return HttpResponse(str(current().municipality))


@own_rows_only
def mine(request: Any) -> HttpResponse:
    return HttpResponse(f"{current().person} {current().role}")


urlpatterns = [
    *addresses,
    path("where/", where, name="where"),
    *(path(f"{view.__name__}/", view) for view in (broken, gone, refused, badly_drawn, outside, mine)),
]
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"


@pytest.fixture(autouse=True)
def these_addresses(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = __name__
    yield


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


def test_the_first_segment_is_the_town_and_every_address_keeps_it(cast: Cast, browser: Client) -> None:
    answer = browser.get("/mundaka/where/").content.decode()
    assert answer == f"mundaka {cast.mundaka.pk} /mundaka/where/"


def test_without_a_segment_it_is_the_county(cast: Cast, browser: Client) -> None:
    assert browser.get("/where/").content.decode() == f"bizkaia {cast.county.pk} /where/"


def test_a_domain_of_its_own_needs_no_segment(cast: Cast, browser: Client) -> None:
    with acting_for(cast.balmaseda.pk):
        Domain.objects.create(host="testserver")
    forget_towns()
    assert browser.get("/where/").content.decode() == f"balmaseda {cast.balmaseda.pk} /where/"


@pytest.mark.parametrize(("page", "status"), [("broken", 500), ("gone", 404), ("refused", 409), ("badly_drawn", 500)])
def test_whatever_goes_wrong_nothing_is_written(cast: Cast, browser: Client, page: str, status: int) -> None:
    with transaction.atomic():
        assert browser.get(f"/mundaka/{page}/").status_code == status
    with acting_for(cast.mundaka.pk):
        assert CaseFile.objects.count() == 0


def test_a_rule_that_says_no_says_why(cast: Cast, browser: Client) -> None:
    assert "Not today." in browser.get("/mundaka/refused/").content.decode()


def test_a_page_may_ask_for_no_door_or_for_the_citizens(cast: Cast, browser: Client) -> None:
    assert browser.get("/mundaka/outside/").content == b"None"
    browser.force_login(cast.ane)
    assert browser.get("/mundaka/mine/").content.decode() == f"{cast.ane.person_id} biscaytik_citizen"

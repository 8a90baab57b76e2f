"""The clerk's day, and the town administrator's admin."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from core.audit.models import AuditRow
from core.identity.models import Membership
from core.municipalities.models import ModuleAdoption
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns
from tests.cast import Cast
from town_hall.appointments.constants import State
from town_hall.appointments.models import Booking, Desk, DeskService, Service
from town_hall.appointments.services import Slot

from .desks import at, booked, make_desk, make_office, make_service, next_monday

DESK = "/mundaka/eu/admin/appointments-desk/"


@pytest.fixture
def service(cast: Cast) -> Service:
    with acting_for(cast.mundaka.pk):
        return make_service()


@pytest.fixture
def desk(cast: Cast, service: Service) -> Desk:
    with acting_for(cast.mundaka.pk):
        return make_desk(make_office(), service)


@pytest.fixture
def booking(cast: Cast, service: Service, desk: Desk) -> Booking:
    with acting_for(cast.mundaka.pk):
        return booked(cast, service, desk, person_id=cast.ane.person_id)


def day(chosen: date) -> str:
    return f"{DESK}?day={chosen:%Y-%m-%d}"


def stands(cast: Cast, booking: Booking) -> str:
    with acting_for(cast.mundaka.pk):
        return str(Booking.objects.get(pk=booking.pk).state)


def test_the_day_shows_who_comes_and_the_look_is_written_down(
    clerk_client: Client, cast: Cast, booking: Booking
) -> None:
    page = clerk_client.get(day(next_monday())).content.decode()
    assert "Ane Etxebarria" in page and "09:00" in page
    assert "Ane Etxebarria" not in clerk_client.get(day(next_monday() + timedelta(days=1))).content.decode()
    clerk_client.get(f"{DESK}{booking.pk}/")
    with acting_for(cast.mundaka.pk):
        assert AuditRow.objects.filter(action="appointments.listed").count() == 2
        assert AuditRow.objects.get(action="appointments.read").subject_person_id == cast.ane.person_id


def test_arrived_called_attended(clerk_client: Client, cast: Cast, booking: Booking) -> None:
    refused = clerk_client.post(
        f"{DESK}{booking.pk}/arrived/", follow=True, headers={"referer": f"http://testserver{DESK}"}
    )
    assert "beste egun batekoa" in refused.content.decode()  # it is next week
    with acting_for(cast.mundaka.pk):
        Booking.objects.update(starts_at=at(next_monday() - timedelta(days=14), "09:00"))
    for verb in ("arrived", "called", "attended"):
        clerk_client.post(f"{DESK}{booking.pk}/{verb}/")
        assert stands(cast, booking) == verb
    assert clerk_client.post(f"{DESK}{booking.pk}/nonsense/").status_code == 404


def test_on_somebodys_behalf(clerk_client: Client, cast: Cast, service: Service, desk: Desk) -> None:
    address = f"{DESK}new/?service={service.pk}&day={next_monday():%Y-%m-%d}"
    page = clerk_client.get(address).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    values = {"slot": Slot(at(next_monday(), "10:00")).stamp, "key": key[1], "name": "Jon", "language": "es"}
    assert clerk_client.post(address, values).status_code == 302
    assert "Jon" in clerk_client.get(day(next_monday())).content.decode()
    assert clerk_client.post(address, values | {"key": "x"}).status_code == 200  # taken


def test_moving_and_cancelling_at_the_desk(clerk_client: Client, cast: Cast, booking: Booking) -> None:
    address = f"{DESK}{booking.pk}/?day={next_monday():%Y-%m-%d}"
    clerk_client.post(address, {"slot": Slot(at(next_monday(), "10:30")).stamp})
    with acting_for(cast.mundaka.pk):
        assert Booking.objects.get(pk=booking.pk).starts_at == at(next_monday(), "10:30")
    clerk_client.post(f"{DESK}{booking.pk}/cancel/")
    assert stands(cast, booking) == State.CANCELLED


def test_time_is_blocked_and_given_back(clerk_client: Client, cast: Cast, desk: Desk, booking: Booking) -> None:
    form = {"desk": desk.pk, "day": f"{next_monday():%Y-%m-%d}", "starts": "09:00", "ends": "10:00", "reason": "Bilera"}
    assert "09:00" in clerk_client.post(f"{DESK}block/", form).content.decode()
    assert clerk_client.post(f"{DESK}block/", form | {"starts": "11:00"}).status_code == 200  # ends before it begins
    assert clerk_client.post(f"{DESK}block/", form | {"starts": "10:00", "ends": "11:00"}).status_code == 302
    assert "Bilera" in clerk_client.get(day(next_monday())).content.decode()
    with acting_for(cast.mundaka.pk):
        blocked = Booking.objects.get(state=State.BLOCKED)
    clerk_client.post(f"{DESK}{blocked.pk}/unblock/")
    assert stands(cast, blocked) == State.CANCELLED


def test_only_who_attends_people_and_only_with_the_module(clerk_client: Client, cast: Cast, booking: Booking) -> None:
    with acting_for(cast.mundaka.pk):
        Membership.objects.filter(user=cast.miren).exclude(role="signatory").delete()
    assert clerk_client.get(DESK).status_code == 403
    with acting_for(cast.mundaka.pk):
        ModuleAdoption.objects.filter(municipality=cast.mundaka, module="appointments").delete()
    forget_towns()
    assert clerk_client.get(DESK).status_code == 404


def test_the_administrator_edits_services_desks_and_exceptions(
    clerk_client: Client, cast: Cast, service: Service, desk: Desk
) -> None:
    with acting_for(cast.balmaseda.pk):
        make_service(name_eu="Besteena")
    page = clerk_client.get(f"/mundaka/eu/admin/appointments/desk/{desk.pk}/change/").content.decode()
    assert "Errolda" in page and "Besteena" not in page
    exceptions = "/mundaka/eu/admin/appointments/deskexception/add/"
    wrong = {"kind": "open", "starts_on": "2027-01-04", "ends_on": "2027-01-03"}
    assert "ezin da lehena baino" in clerk_client.post(exceptions, wrong).content.decode()
    right = {"kind": "closed", "starts_on": f"{next_monday():%Y-%m-%d}", "ends_on": f"{next_monday():%Y-%m-%d}"}
    assert clerk_client.post(exceptions, right).status_code == 302
    hours = clerk_client.get(f"/mundaka/eu/appointments/{service.pk}/{desk.office_id}/?day={next_monday():%Y-%m-%d}")
    assert "ez du ordu librerik" in hours.content.decode()


def test_a_service_of_another_town_can_not_be_given_at_a_desk(clerk_client: Client, cast: Cast, desk: Desk) -> None:
    with acting_for(cast.balmaseda.pk):
        theirs = make_service()
    form = {
        "office": desk.office_id, "name_eu": "A", "name_es": "A", "name_en": "A", "active": "on",
        "offered-TOTAL_FORMS": "1", "offered-INITIAL_FORMS": "0", "offered-0-service": theirs.pk,
        "hours-TOTAL_FORMS": "0", "hours-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert clerk_client.post(f"/mundaka/eu/admin/appointments/desk/{desk.pk}/change/", form).status_code == 200
    assert not DeskService.objects.filter(service=theirs).exists()


def test_the_day_keeps_its_budget(
    clerk_client: Client, booking: Booking, django_assert_max_num_queries: object
) -> None:
    clerk_client.get(day(next_monday()))
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        clerk_client.get(day(next_monday()))

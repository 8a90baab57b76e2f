"""The citizen's pages, without JavaScript and without an account."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.documents.limits import forget
from core.municipalities.models import ModuleAdoption
from core.municipalities.scope import acting_for
from core.municipalities.services import forget_towns
from tests.cast import Cast
from town_hall.appointments import views
from town_hall.appointments.constants import State
from town_hall.appointments.models import Booking, Desk, Service
from town_hall.appointments.services import Slot, cancel, token_of

from .desks import at, booked, make_desk, make_office, make_service, next_monday

BASE = "/mundaka/eu/appointments/"


@pytest.fixture
def service(cast: Cast) -> Service:
    forget()
    with acting_for(cast.mundaka.pk):
        return make_service(procedure_codes="pad-001", bring_eu="NANa")


@pytest.fixture
def desk(cast: Cast, service: Service) -> Desk:
    with acting_for(cast.mundaka.pk):
        return make_desk(make_office(), service)


@pytest.fixture
def address(service: Service, desk: Desk) -> str:
    """Where one says who comes, at nine on a Monday."""
    return f"{BASE}{service.pk}/{desk.office_id}/{Slot(at(next_monday(), '09:00')).stamp}/"


def typed(page: str, **more: str) -> dict[str, str]:
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    values = {"key": key[1], "name": "Ane Etxebarria", "email": "ane@example.eus", "phone": "", "language": "eu"}
    return values | more


def send(client: Client, address: str, **more: str) -> object:
    return client.post(address, typed(client.get(address).content.decode(), **more))


def test_from_the_home_page_to_the_confirmation_and_the_cancellation(
    client: Client, cast: Cast, service: Service, desk: Desk
) -> None:
    assert BASE in client.get("/mundaka/eu/").content.decode()
    assert f"{BASE}{service.pk}/" in client.get(BASE).content.decode()
    one_office = client.get(f"{BASE}{service.pk}/")
    assert one_office.headers["Location"] == f"{BASE}{service.pk}/{desk.office_id}/"
    days = client.get(one_office.headers["Location"]).content.decode()
    day = f"{next_monday():%Y-%m-%d}"
    assert f"day={day}" in days
    hours = client.get(f"{one_office.headers['Location']}?day={day}").content.decode()
    address = re.search(rf'href="({BASE}{service.pk}/{desk.office_id}/\w+/)"', hours)
    assert address and "NANa" in hours
    sent = send(client, address[1])
    mine = sent.headers["Location"]  # type: ignore[attr-defined]
    page = client.get(mine)
    assert "Zure hitzordua hartuta dago" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "same-origin" and "no-store" in page.headers["Cache-Control"]
    assert client.get(f"{mine}calendar/").content.startswith(b"BEGIN:VCALENDAR")
    assert client.get(f"{mine}cancel/").status_code == 200
    with acting_for(cast.mundaka.pk):
        assert Booking.objects.get().state == State.BOOKED  # to look cancels nothing
    assert "bertan behera" in client.post(f"{mine}cancel/", follow=True).content.decode()
    with acting_for(cast.mundaka.pk):
        assert Booking.objects.get().state == State.CANCELLED
    assert client.get(f"{mine}move/").status_code == 302


def test_a_double_click_and_the_back_button_book_once(client: Client, cast: Cast, address: str) -> None:
    values = typed(client.get(address).content.decode())
    first, second = client.post(address, values), client.post(address, values)
    assert first.headers["Location"] == second.headers["Location"]
    with acting_for(cast.mundaka.pk):
        assert Booking.objects.count() == 1


def test_an_hour_taken_while_she_typed_keeps_what_she_typed(
    client: Client, cast: Cast, service: Service, desk: Desk, address: str
) -> None:
    values = typed(client.get(address).content.decode(), name="Miren Goñi", phone="600 000 000")
    with acting_for(cast.mundaka.pk):
        booked(cast, service, desk, "09:00", email="quick@example.eus")
    refused = client.post(address, values)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Ordu hori ez dago libre" in page and "Miren Goñi" in page and "600 000 000" in page
    other = Slot(at(next_monday(), "09:30")).stamp
    assert f'value="{other}"' in page
    assert client.post(address, values | {"slot": other}).status_code == 302
    with acting_for(cast.mundaka.pk):
        assert Booking.objects.get(name="Miren Goñi").starts_at == at(next_monday(), "09:30")


@pytest.mark.parametrize("clock", ["09:00", "12:00"])
def test_an_hour_that_is_taken_or_never_was_leads_back_to_the_days(
    client: Client, cast: Cast, service: Service, desk: Desk, clock: str
) -> None:
    with acting_for(cast.mundaka.pk):
        booked(cast, service, desk, "09:00")
    stamp = Slot(at(next_monday(), clock)).stamp
    answer = client.get(f"{BASE}{service.pk}/{desk.office_id}/{stamp}/", follow=True)
    assert answer.status_code == 200 and "Ordu hori ez dago libre" in answer.content.decode()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": ""}, "Idatzi zure izen-abizenak"),
        ({"email": ""}, "helbide elektroniko bat edo telefono bat"),
        ({"email": "ane@"}, "izena@adibidea.eus"),
        ({"email": "", "phone": "600"}, "bederatzi zifra"),
        ({"language": "fr"}, "fr"),
    ],
)
def test_what_is_wrong_says_how_to_mend_it(client: Client, address: str, more: dict[str, str], words: str) -> None:
    answer = send(client, address, **more)
    assert answer.status_code == 200 and words in answer.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "query", ["?day=2026-13-40", "?day=x", "?from=0001-01-01", "?day=1999-01-01", "?from=9999-12-31"]
)
def test_a_day_that_is_none_is_no_fault_of_ours(client: Client, service: Service, desk: Desk, query: str) -> None:
    assert client.get(f"{BASE}{service.pk}/{desk.office_id}/{query}").status_code in (200, 400)


def test_moving_by_the_link(client: Client, cast: Cast, service: Service, desk: Desk) -> None:
    with acting_for(cast.mundaka.pk):
        token = token_of(booked(cast, service, desk))
        booked(cast, service, desk, "09:30", email="quick@example.eus")
    move = f"{BASE}mine/{token}/move/?day={next_monday():%Y-%m-%d}"
    page = client.get(move).content.decode()
    assert Slot(at(next_monday(), "10:00")).stamp in page and Slot(at(next_monday(), "09:00")).stamp not in page
    taken = client.post(move, {"slot": Slot(at(next_monday(), "09:30")).stamp})
    assert "Ordu hori ez dago libre" in taken.content.decode()
    assert "Aukeratu ordu bat" in client.post(move, {}).content.decode()
    done = client.post(move, {"slot": Slot(at(next_monday(), "10:00")).stamp}, follow=True)
    assert "10:00" in done.content.decode()
    with acting_for(cast.mundaka.pk):
        assert Booking.objects.get(email="ane@example.eus").starts_at == at(next_monday(), "10:00")


def test_the_link_of_one_town_opens_nothing_in_another(
    client: Client, cast: Cast, service: Service, desk: Desk
) -> None:
    with acting_for(cast.mundaka.pk):
        token = token_of(booked(cast, service, desk))
    assert client.get(f"{BASE}mine/{token}/").status_code == 200
    for page in ("", "cancel/", "move/", "calendar/"):
        for wrong in (f"/balmaseda/eu/appointments/mine/{token}/", f"{BASE}mine/{token[:-2]}xx/"):
            assert client.get(f"{wrong}{page}").status_code == 404
            assert client.post(f"{wrong}{page}").status_code == 404


def test_another_towns_service_and_office_are_not_ours(client: Client, service: Service, desk: Desk) -> None:
    for path in (f"{service.pk}/", f"{service.pk}/{desk.office_id}/", f"{service.pk + 99}/", f"{service.pk}/999999/"):
        address = f"/balmaseda/eu/appointments/{path}" if "99" not in path else f"{BASE}{path}"
        assert client.get(address).status_code == 404


def test_a_town_without_the_module_has_no_pages(client: Client, cast: Cast, service: Service) -> None:
    with acting_for(cast.mundaka.pk):
        ModuleAdoption.objects.filter(municipality=cast.mundaka, module="appointments").delete()
    forget_towns()
    assert client.get(BASE).status_code == 404
    assert BASE not in client.get("/mundaka/eu/").content.decode()
    assert client.get("/eu/appointments/").status_code in (200, 404)


def test_who_has_signed_in_types_nothing_and_sees_it_in_her_folder(
    citizen_client: Client, cast: Cast, address: str
) -> None:
    page = citizen_client.get(address).content.decode()
    assert "Ane Etxebarria Uriarte" in page and "ane@example.eus" in page
    mine = send(citizen_client, address).headers["Location"]  # type: ignore[attr-defined]
    assert mine in citizen_client.get("/mundaka/eu/folder/").content.decode()
    assert mine in citizen_client.get("/balmaseda/eu/folder/").content.decode()


def test_too_many_from_one_place_are_told_to_wait(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SENT_AN_HOUR", 1)
    send(client, address)
    other = address.replace(Slot(at(next_monday(), "09:00")).stamp, Slot(at(next_monday(), "10:00")).stamp)
    assert "Hitzordu gehiegi" in send(client, other, email="b@example.eus").content.decode()  # type: ignore[attr-defined]


def test_booking_and_cancelling_in_turns_comes_to_an_end(
    client: Client, cast: Cast, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "OF_ONE_AN_HOUR", 2)
    for number in range(2):
        mine = send(client, address).headers["Location"]  # type: ignore[attr-defined]
        client.post(f"{mine}cancel/")
        client.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
    assert "Hitzordu gehiegi" in send(client, address).content.decode()  # type: ignore[attr-defined]


def test_of_two_offices_one_is_chosen(client: Client, cast: Cast, service: Service, desk: Desk) -> None:
    with acting_for(cast.mundaka.pk):
        make_desk(make_office("Kultur etxea"), service)
    page = client.get(f"{BASE}{service.pk}/").content.decode()
    assert "Kultur etxea" in page and "Udaletxea" in page


def test_only_what_is_for_a_procedure_where_anything_is(
    client: Client, cast: Cast, service: Service, desk: Desk
) -> None:
    with acting_for(cast.mundaka.pk):
        make_desk(desk.office, make_service(name_eu="Zergak"))
    assert "Zergak" not in client.get(f"{BASE}?procedure=PAD-001").content.decode()
    assert "Zergak" in client.get(f"{BASE}?procedure=URB-001").content.decode()


@pytest.mark.parametrize(("path", "most"), [("", 5), ("{service}/{office}/", 12), ("mine/{token}/", 5)])
def test_each_page_keeps_its_budget(
    client: Client,
    cast: Cast,
    service: Service,
    desk: Desk,
    path: str,
    most: int,
    django_assert_max_num_queries: object,
) -> None:
    with acting_for(cast.mundaka.pk):
        token = token_of(booked(cast, service, desk))
    client.get(BASE)
    address = BASE + path.format(service=service.pk, office=desk.office_id, token=token)
    client.get(address)  # what a town offers is in memory
    with django_assert_max_num_queries(most):  # type: ignore[operator]
        assert client.get(address).status_code == 200


def test_what_is_over_can_be_seen_and_no_more(client: Client, cast: Cast, service: Service, desk: Desk) -> None:
    with acting_for(cast.mundaka.pk):
        mine = booked(cast, service, desk)
        moment = timezone.now() - timedelta(hours=1)
        Booking.objects.update(starts_at=moment, ends_at=moment + timedelta(minutes=30))
    address = f"{BASE}mine/{token_of(mine)}/"
    page = client.get(address).content.decode()
    assert "hasita edo amaituta" in page and "cancel/" not in page
    assert client.post(f"{address}cancel/").status_code == 409
    with acting_for(cast.mundaka.pk):
        Booking.objects.update(starts_at=moment + timedelta(days=2), ends_at=moment + timedelta(days=2, minutes=30))
        cancel(booking=mine, actor=cast.clerk())
    assert "bertan behera dago" in client.get(address).content.decode()

"""A form that asks for an appointment: the town's free hours, booked as the request is sent; the file ends with it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from case_files.constants import State as FileState
from case_files.models import CaseDocument, CaseFile, CaseTask
from core.documents.services import render_and_seal
from core.municipalities.scope import acting_for
from core.municipalities.services.terms import local_today
from core.notifications.services import run_due
from tests.appointments.desks import at, booked, make_desk, make_office, make_service, next_monday
from tests.cast import Cast
from tests.procedures.answers import YOU, samples
from tests.procedures.test_budget import budget, counted
from tests.procedures.walking import Walk, errors
from town_hall.appointments.constants import State
from town_hall.appointments.models import Booking, Desk, Service
from town_hall.appointments.services import Slot, attend, cancel

Browser = Callable[..., Client]
OTHER = {"you_email": "jon2@example.eus", "phone_contact": "600 111 222"}  # one person has no two hours on a day


@pytest.fixture
def social(online: Cast) -> tuple[Service, Desk]:
    with acting_for(online.mundaka.pk):
        service = make_service(procedure_codes="SOC-006, REG-010=social")
        return service, make_desk(make_office(), service)


def walked(client: Client, code: str = "SOC-006", **changes: Any) -> Walk:
    """Up to the page that offers the hours."""
    walk = Walk(client, code).begin(another="1")
    while walk.at != "2":
        data = YOU if walk.at == "you" else samples(walk.definition.form.on_page(int(walk.at)))
        walk.post(walk.at, data | {name: value for name, value in changes.items() if name in data})
    return walk


def offered(walk: Walk) -> list[str]:
    page = walk.client.get(walk.url("2"))
    choices = getattr(page.context["form"].fields["appointment_slot"], "choices", [])
    return [value for _day, hours in choices for value, _label in hours]


def chosen(walk: Walk, slot: str) -> Walk:
    walk.post("2", {"appointment_slot": slot})
    return walk


def test_the_form_offers_the_free_hours_of_the_service_that_is_for_it(
    online: Cast, client: Client, social: tuple[Service, Desk]
) -> None:
    with acting_for(online.mundaka.pk):
        booked(online, *social, clock="09:30")
    hours = offered(walked(client))
    assert hours and all(one.startswith(f"{social[0].pk}-") for one in hours)
    assert not any(one.endswith(Slot(at(next_monday(), "09:30")).stamp) for one in hours)
    # the general appointment asks for the service first
    assert offered(walked(client, "REG-010", service="social"))
    assert not offered(walked(client, "REG-010", service="tax"))
    assert not offered(walked(client, "EMP-007"))


def test_sending_books_the_hour_and_the_page_says_where_and_how_to_move_it(
    online: Cast, citizen_client: Client, social: tuple[Service, Desk]
) -> None:
    walk = walked(citizen_client)
    slot = offered(walk)[0]
    chosen(walk, slot)
    assert walk.at == "check"
    walk.send()
    assert walk.at == "done"
    with acting_for(online.mundaka.pk):
        case_file, booking = CaseFile.objects.get(), Booking.objects.get()
        assert (booking.case_reference, booking.person_id) == (case_file.reference, online.ane.person_id)
        assert slot.endswith(Slot(booking.starts_at).stamp)
        assert (case_file.state, case_file.step) == (FileState.OPEN, "attend")
        assert CaseTask.objects.get().step == "attend"
        slip = CaseDocument.objects.get(case_file=case_file, type_code="appointment_slip")
        assert slip.role == "output" and render_and_seal(slip.document_id).sealed_at
    page = citizen_client.get(walk.url("done")).content.decode()
    link = page.split('href="')[1:]
    mine = next(one.split('"')[0] for one in link if "/appointments/mine/" in one)
    assert citizen_client.get(mine).status_code == 200
    assert "Udaletxea" in page


def test_two_want_the_same_hour_and_the_second_keeps_her_answers(
    online: Cast, browser: Browser, social: tuple[Service, Desk]
) -> None:
    first, second = walked(browser(online.ane)), walked(browser(online.jon), **OTHER)
    slot = offered(first)[0]
    for walk in (first, second):
        chosen(walk, slot)
    assert first.send().at == "done"
    second.send()
    assert "/2/?change=1" in second.response["Location"]
    page = second.client.get(second.response["Location"])
    assert "Zure erantzunak gordeta" in page.content.decode()
    assert slot not in offered(second)
    with acting_for(online.mundaka.pk):
        assert (CaseFile.objects.count(), Booking.objects.count()) == (1, 1)
    assert second.draft(online).data["1"]["reason"]
    chosen(second, offered(second)[0])
    assert second.send().at == "done"


def test_an_hour_that_went_meanwhile_is_refused_when_it_is_chosen(
    online: Cast, client: Client, social: tuple[Service, Desk]
) -> None:
    walk = walked(client)
    gone = next(one for one in offered(walk) if one.endswith(Slot(at(next_monday(), "09:00")).stamp))
    with acting_for(online.mundaka.pk):
        booked(online, *social, clock="09:00")
    page = walk.post("2", {"appointment_slot": gone})
    assert page.status_code == 200 and errors(page)["appointment_slot"]
    assert errors(walk.post("2", {"appointment_slot": "whatever"}))["appointment_slot"]


@pytest.mark.parametrize(
    ("state", "end"), [(State.ATTENDED, FileState.CLOSED), (State.NO_SHOW, FileState.CLOSED), (None, "withdrawn")]
)
def test_the_file_ends_as_the_appointment_does(
    online: Cast, citizen_client: Client, social: tuple[Service, Desk], state: State | None, end: str
) -> None:
    walk = walked(citizen_client)
    chosen(walk, offered(walk)[0]).send()
    with acting_for(online.mundaka.pk):
        booking = Booking.objects.get()
        if state is None:
            cancel(booking=booking, actor=online.citizen(online.ane))
        else:
            Booking.objects.update(starts_at=at(local_today() - timedelta(days=1), "09:00"))
            attend(booking=booking, state=state, actor=online.clerk())
        assert CaseFile.objects.get().state == end
        assert not CaseTask.objects.filter(state="open").exists()


def test_who_asks_anonymously_is_a_number_to_the_desk(online: Cast, citizen_client: Client) -> None:
    with acting_for(online.mundaka.pk):
        service = make_service(procedure_codes="JUV-004")
        make_desk(make_office(), service)
    walk = walked(citizen_client, "JUV-004", anonymous="yes")
    chosen(walk, offered(walk)[0]).send()
    with acting_for(online.mundaka.pk):
        booking = Booking.objects.get()
        assert booking.name == CaseFile.objects.get().reference
        assert booking.person_id is None and not booking.phone


def test_where_nothing_is_offered_she_says_which_day_would_suit(online: Cast, client: Client) -> None:
    walk = Walk(client, "SOC-006").begin().answer().send()
    assert walk.at == "done"
    with acting_for(online.mundaka.pk):
        assert not Booking.objects.exists()
        assert CaseTask.objects.get().step == "check_places"


def test_the_appointment_sends_its_own_mail_and_the_request_none(
    online: Cast, citizen_client: Client, social: tuple[Service, Desk]
) -> None:
    walk = walked(citizen_client)
    chosen(walk, offered(walk)[0]).send()
    with acting_for(online.mundaka.pk):
        run_due(online.mundaka.pk, 50)
    assert len([one for one in mail.outbox if "appointments/mine" in one.body]) == 1


@pytest.mark.django_db(transaction=True)
def test_sending_with_an_hour_takes_25_statements(
    transactional_db: None, online: Cast, browser: Browser, social: tuple[Service, Desk]
) -> None:
    warm = walked(browser(online.ane))
    chosen(warm, offered(warm)[0]).send()
    walk = walked(browser(online.jon), **OTHER)
    chosen(walk, offered(walk)[0])
    seen = walk.seen()
    response, sql = counted(lambda: walk.client.post(walk.url("check"), seen))
    assert response["Location"].endswith("/done/")
    budget(sql, 25)


def test_one_day_of_hours_is_open_at_a_time_and_it_is_the_one_chosen(
    online: Cast, client: Client, social: tuple[Service, Desk]
) -> None:
    walk = walked(client)
    opened = re.compile(r'<details name="appointment_slot-day"( open)?>(.*?)</details>', re.DOTALL)
    days = opened.findall(client.get(walk.url("2")).content.decode())
    assert [bool(is_open) for is_open, _hours in days] == [True] + [False] * (len(days) - 1)
    late = offered(walk)[-1]
    chosen(walk, late)
    again = opened.findall(client.get(walk.url("2") + "?change=1").content.decode())
    assert [late in hours for is_open, hours in again if is_open] == [True]

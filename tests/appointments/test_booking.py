"""Booking, moving, cancelling, and what is told to whom."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.utils import timezone
from icalendar import Calendar

from core.audit.models import AuditRow
from core.identity.models import Person
from core.municipalities.models import Municipality
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import DomainError
from core.notifications.models import OutboxRow
from core.notifications.services import run_due
from tests.cast import Cast, build
from town_hall.appointments.constants import State
from town_hall.appointments.models import Booking, Desk, Rules, Service
from town_hall.appointments.rights import get_booking_by_token
from town_hall.appointments.services import (
    SlotTaken,
    attend,
    block,
    cancel,
    forget_due,
    give_appointments,
    move,
    my_appointments,
    rules_on,
    token_of,
    unblock,
)
from town_hall.appointments.services.booking import plain_phone

from .desks import at, booked, make_desk, make_office, make_service, next_monday


@pytest.fixture
def service(in_mundaka: Cast) -> Service:
    return make_service(bring_eu="NANa", bring_es="El DNI", bring_en="Your identity card")


@pytest.fixture
def desk(service: Service) -> Desk:
    return make_desk(make_office(), service)


def test_an_hour_is_given_once(cast: Cast, service: Service, desk: Desk) -> None:
    booked(cast, service, desk)
    with pytest.raises(SlotTaken) as refused:
        booked(cast, service, desk, email="jon@example.eus")
    assert [slot.label for slot in refused.value.free[:3]] == ["09:30", "10:00", "10:30"]


def test_the_database_itself_refuses_a_second_one(cast: Cast, service: Service, desk: Desk) -> None:
    first = booked(cast, service, desk)
    second = Booking(
        service=service, desk=desk, starts_at=first.starts_at + timedelta(minutes=5), ends_at=first.ends_at,
        key="k", nonce="n", token_hash="t", forget_on=first.forget_on,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="appointment_once"), transaction.atomic():
        second.save()
    cancel(booking=first, actor=cast.clerk())
    second.save()


def test_the_same_form_sent_twice_books_once(cast: Cast, service: Service, desk: Desk) -> None:
    first = booked(cast, service, desk, key="one form")
    again = booked(cast, service, desk, key="one form")
    assert first.pk == again.pk and Booking.objects.count() == 1
    assert OutboxRow.objects.filter(kind="appointments.email").count() == 2  # the confirmation and the reminder


def test_an_hour_that_the_week_does_not_have_is_refused(cast: Cast, service: Service, desk: Desk) -> None:
    for clock in ("09:10", "23:00"):
        with pytest.raises(SlotTaken):
            booked(cast, service, desk, clock)


def test_one_person_has_so_many_and_no_more(cast: Cast, service: Service, desk: Desk) -> None:
    Service.objects.update(per_person_day=9)
    mine = {"phone": "+34 944 000 001", "email": ""}
    booked(cast, service, desk, "09:00", **mine)
    booked(cast, service, desk, "09:30", phone="944000001", email="ANE@example.eus ")
    with pytest.raises(DomainError, match="2"):
        booked(cast, service, desk, "10:00", **mine)
    assert booked(cast, service, desk, "10:00", actor=cast.clerk()).state == State.BOOKED  # a clerk may
    Service.objects.update(per_person=9)
    Rules.objects.create(valid_from=timezone.localdate(), open_per_person=2)
    with pytest.raises(DomainError, match="2"):
        booked(cast, service, desk, "10:30", **mine)
    Service.objects.update(per_person_day=1)
    with pytest.raises(DomainError, match="egun horretan"):
        booked(cast, service, desk, "10:30", **mine)


def test_a_town_without_rules_follows_the_county(cast: Cast, service: Service) -> None:
    today = timezone.localdate()
    assert rules_on(today).keep_days == 90
    with acting_for(cast.county.pk):
        Rules.objects.create(valid_from=today, keep_days=30)
    assert rules_on(today).keep_days == 30
    Rules.objects.create(valid_from=today, valid_to=today, keep_days=10)
    assert (rules_on(today).keep_days, rules_on(today + timedelta(days=1)).keep_days) == (10, 30)


def test_moving_keeps_the_link_and_frees_the_hour(cast: Cast, service: Service, desk: Desk) -> None:
    first = booked(cast, service, desk)
    token = token_of(first)
    moved = move(booking=first, starts_at=at(next_monday(), "10:00"), actor=cast.citizen(cast.ane))
    assert (moved.version, token_of(moved)) == (1, token)
    assert booked(cast, service, desk, "09:00", email="jon@example.eus").pk != first.pk
    with pytest.raises(SlotTaken):
        move(booking=moved, starts_at=at(next_monday(), "09:00"), actor=cast.citizen(cast.ane))
    row = AuditRow.objects.get(action="appointments.moved")
    assert row.data["from"].endswith("09:00") and row.object_ref.endswith("10:00")


def test_what_is_over_is_neither_moved_nor_cancelled(cast: Cast, service: Service, desk: Desk, freeze: object) -> None:
    mine = booked(cast, service, desk)
    freeze(at(next_monday(), "09:05"))  # type: ignore[operator]
    with pytest.raises(DomainError):
        cancel(booking=mine, actor=cast.citizen(cast.ane))
    with pytest.raises(DomainError):
        move(booking=mine, starts_at=at(next_monday(), "10:00"), actor=cast.citizen(cast.ane))
    assert cancel(booking=mine, actor=cast.clerk()).state == State.CANCELLED
    assert cancel(booking=mine, actor=cast.clerk()).state == State.CANCELLED


def test_the_secret_opens_in_its_town_and_is_not_in_the_database(cast: Cast, service: Service, desk: Desk) -> None:
    mine = booked(cast, service, desk)
    token = token_of(mine)
    assert get_booking_by_token(token).pk == mine.pk
    stored = Booking.objects.filter(pk=mine.pk).values_list().get()
    assert token not in map(str, stored)
    assert token not in str(list(OutboxRow.objects.values_list("payload", "key")))
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "", mine.token_hash):
        with pytest.raises(Http404):
            get_booking_by_token(wrong)
    with acting_for(cast.balmaseda.pk), pytest.raises(Http404):
        get_booking_by_token(token)


@pytest.mark.parametrize(("language", "words"), [("eu", "Hitzordua duzu"), ("es", "Tienes cita"), ("en", "You have")])
def test_the_confirmation_is_in_her_language_and_carries_link_and_calendar(
    cast: Cast, service: Service, desk: Desk, language: str, words: str
) -> None:
    mine = booked(cast, service, desk, language=language)
    run_due(cast.mundaka.pk)
    (message,) = mail.outbox
    assert words in message.body and token_of(mine) in message.body
    assert message.to == ["ane@example.eus"] and str(service.name_eu if language == "eu" else "") in message.body
    event = Calendar.from_ical(message.attachments[0][1]).walk("VEVENT")[0]
    assert event["dtstart"].dt == mine.starts_at and token_of(mine) not in message.attachments[0][1]


def test_the_reminder_comes_the_day_before_and_only_for_what_still_stands(
    cast: Cast, service: Service, desk: Desk, freeze: object
) -> None:
    mine = booked(cast, service, desk)
    other = booked(cast, service, desk, "10:00", email="jon@example.eus")
    moved = booked(cast, service, desk, "10:30", email="miren@example.eus")
    cancel(booking=other, actor=cast.clerk())
    move(booking=moved, starts_at=moved.starts_at + timedelta(days=7), actor=cast.clerk())
    run_due(cast.mundaka.pk)
    mail.outbox.clear()
    freeze(mine.starts_at - timedelta(hours=25))  # type: ignore[operator]
    assert run_due(cast.mundaka.pk) == 0
    freeze(mine.starts_at - timedelta(hours=23))  # type: ignore[operator]
    run_due(cast.mundaka.pk)
    assert [message.to for message in mail.outbox] == [["ane@example.eus"]]
    assert "bihar" in mail.outbox[0].body


def test_who_gives_no_email_gets_none(cast: Cast, service: Service, desk: Desk) -> None:
    booked(cast, service, desk, email="", phone="944000001")
    assert not OutboxRow.objects.filter(kind="appointments.email").exists()


def test_she_sees_hers_in_every_town_and_nobody_elses(cast: Cast, service: Service, desk: Desk) -> None:
    mine = booked(cast, service, desk, person_id=cast.ane.person_id)
    booked(cast, service, desk, "10:00", email="x@example.eus")
    with reading_own(cast.ane.person_id):
        (seen,) = my_appointments(cast.ane.person_id)
        assert seen.pk == mine.pk and str(seen.service) and seen.desk.office.address
    with reading_own(cast.jon.person_id):
        assert my_appointments(cast.ane.person_id) == []


def test_a_provisional_persons_appointments_follow_her(cast: Cast, service: Service, desk: Desk) -> None:
    mine = booked(cast, service, desk, person_id=cast.jon.person_id)
    proved = Person.objects.create(given_name="Jon")
    give_appointments(cast.jon.person_id, proved.pk)
    mine.refresh_from_db()
    assert mine.person_id == proved.pk


def test_the_day_at_the_desk(cast: Cast, service: Service, desk: Desk, freeze: object) -> None:
    mine = booked(cast, service, desk)
    with pytest.raises(DomainError):
        attend(booking=mine, state=State.ARRIVED, actor=cast.clerk())  # it is next week
    freeze(at(next_monday(), "08:59"))  # type: ignore[operator]
    for state in (State.ARRIVED, State.CALLED, State.ATTENDED):
        mine = attend(booking=mine, state=state, actor=cast.clerk())
    with pytest.raises(DomainError):
        attend(booking=mine, state=State.NO_SHOW, actor=cast.clerk())
    assert {"appointments.arrived", "appointments.called", "appointments.attended"} <= set(
        AuditRow.objects.values_list("action", flat=True)
    )


def test_blocked_time_is_nobodys_and_can_be_given_back(cast: Cast, service: Service, desk: Desk) -> None:
    booked(cast, service, desk)
    day = next_monday()
    with pytest.raises(DomainError, match="09:00"):
        block(desk=desk, starts_at=at(day, "08:00"), ends_at=at(day, "09:15"), reason="", actor=cast.clerk())
    blocked = block(desk=desk, starts_at=at(day, "10:00"), ends_at=at(day, "10:30"), reason="x", actor=cast.clerk())
    with pytest.raises(SlotTaken):
        booked(cast, service, desk, "10:00", email="jon@example.eus")
    unblock(booking=blocked, actor=cast.clerk())
    assert booked(cast, service, desk, "10:00", email="jon@example.eus")


def test_personal_data_go_when_their_day_has_come(cast: Cast, service: Service, desk: Desk) -> None:
    Rules.objects.create(valid_from=timezone.localdate(), keep_days=10)
    mine = booked(cast, service, desk, person_id=cast.ane.person_id, phone="944000001")
    token, day = token_of(mine), next_monday() + timedelta(days=10)
    assert forget_due(day - timedelta(days=1)) == 0
    assert forget_due(day) == 1 and forget_due(day) == 0
    mine.refresh_from_db()
    assert (mine.person_id, mine.name, mine.email, mine.phone) == (None, "", "", "")
    assert mine.service_id == service.pk
    with pytest.raises(Http404):
        get_booking_by_token(token)


def test_a_booking_costs_at_most_twenty_statements(
    cast: Cast, service: Service, desk: Desk, django_assert_max_num_queries: object
) -> None:
    rules_on(timezone.localdate())  # the directory of towns is in memory
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        booked(cast, service, desk)


@pytest.mark.parametrize(
    ("typed", "kept"), [("944 00-00 01", "944000001"), ("0034944000001", "944000001"), ("+44 20 1", "+44201")]
)
def test_a_telephone_is_the_same_however_it_is_typed(typed: str, kept: str) -> None:
    assert plain_phone(typed) == kept


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_one_gets_the_hour() -> None:
    """Real transactions against the real database; the others are told which hours are free next."""
    cast = build()
    with acting_for(cast.mundaka.pk):
        service = make_service()
        desk = make_desk(make_office(), service)
    start, won, lost, broken = threading.Barrier(12), [], [], []

    def one(number: int) -> None:
        try:
            start.wait(20)
            with acting_for(cast.mundaka.pk):
                won.append(booked(cast, service, desk, "09:30", email=f"{number}@example.eus"))
        except SlotTaken as refused:
            lost.append([slot.label for slot in refused.free])
        except Exception as error:  # whatever it is, the test must see it
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[number]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not broken
    assert len(won) == 1 and len(lost) == 11
    assert all(labels[:3] == ["09:00", "10:00", "10:30"] for labels in lost)
    assert Municipality.objects.filter(pk=won[0].municipality_id).get().slug == "mundaka"


@pytest.mark.django_db(transaction=True)
def test_of_many_with_two_desks_two_get_the_hour_and_the_limits_hold() -> None:
    cast = build()
    with acting_for(cast.mundaka.pk):
        service = make_service(per_person_day=9)
        desk = make_desk(make_office(), service)
        make_desk(desk.office, service)
        longer = make_service(minutes=60, per_person_day=9)
        from town_hall.appointments.models import DeskService

        for row in Desk.objects.all():
            DeskService.objects.create(desk=row, service=longer)
    outcomes: list[str] = []

    def one(number: int) -> None:
        try:
            with acting_for(cast.mundaka.pk):
                booked(cast, (service, longer)[number % 2], desk, "09:00", email=f"{number % 5}@example.eus")
            outcomes.append("won")
        except DomainError as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(set(outcomes)) == ["taken", "won"] and outcomes.count("won") == 2
    assert len(outcomes) == 10

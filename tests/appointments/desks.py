"""A town with a desk or two, and bookings at them."""

import secrets
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.municipalities.models import Office
from core.municipalities.services.terms import MADRID
from tests.cast import Cast
from town_hall.appointments.models import Booking, Desk, DeskHours, DeskService, Service
from town_hall.appointments.services import book


def next_monday() -> date:
    """A Monday far enough to be booked at any hour, and near enough for every service."""
    today = timezone.localdate()
    return today + timedelta(days=7 + (7 - today.weekday()) % 7)


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), MADRID)


def make_office(name: str = "Udaletxea") -> Office:
    return Office.objects.create(name_eu=name, name_es=name, name_en=name, address="Kale Nagusia 1", postcode="48360")


def make_service(**more: object) -> Service:
    names = {"name_eu": "Errolda", "name_es": "Padrón", "name_en": "Census", "minutes": 30, "per_person": 2}
    return Service.objects.create(**(names | more))


def make_desk(office: Office, *services: Service, opens: str = "09:00", closes: str = "11:00") -> Desk:
    """Open on Mondays, four half hours."""
    desk = Desk.objects.create(office=office, name_eu="1. mahaia", name_es="Mesa 1", name_en="Desk 1")
    DeskHours.objects.create(desk=desk, weekday=0, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
    for service in services:
        DeskService.objects.create(desk=desk, service=service)
    return desk


def booked(cast: Cast, service: Service, desk: Desk, clock: str = "09:00", **more: object) -> Booking:
    values: dict[str, object] = {
        "name": "Ane Etxebarria",
        "email": "ane@example.eus",
        "language": "eu",
        "key": secrets.token_hex(8),
        "actor": cast.citizen(cast.ane),
    }
    return book(
        service=service,
        office_id=desk.office_id,
        starts_at=at(next_monday(), clock),
        **(values | more),  # type: ignore[arg-type]
    )

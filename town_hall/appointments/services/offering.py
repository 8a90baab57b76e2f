"""What a town offers, and where; what is whose."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.municipalities.models import Office, open_municipality
from core.municipalities.services import find_county
from town_hall.appointments.constants import State
from town_hall.appointments.models import Booking, Desk, DeskService, Rules, Service

SHOWN = 20


def rules_on(day: date) -> Rules:
    """The open town's rules on a day; the county's where it has none of its own; else what the columns begin with."""
    return rules_of(day, known_rules())


def known_rules() -> list[Rules]:
    """What holds or held in the open town, its own and the county's; one statement."""
    county = find_county()
    return list(Rules.objects.filter(municipality__in=[open_municipality(), county and county.municipality.pk]))


def rules_of(day: date, known: Iterable[Rules]) -> Rules:
    """Those of `known` that hold on a day."""
    town = open_municipality()
    valid = [row for row in known if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)]
    return max(valid, key=lambda row: (row.municipality_id == town, row.valid_from), default=Rules())


def offered_services(*, procedure: str = "") -> list[Service]:
    """What can be booked in the open town; only what is for a procedure, where anything is."""
    offered = Service.objects.filter(
        Exists(DeskService.objects.filter(service=OuterRef("pk"), desk__active=True)),
        municipality=open_municipality(),
        active=True,
    )
    every = list(offered)
    return [one for one in every if procedure.upper() in one.procedures] or every if procedure else every


def find_service(service_id: int) -> Service | None:
    """An active service of the open town."""
    return Service.objects.filter(pk=service_id, municipality=open_municipality(), active=True).first()


def desks_of(service: Service, *, office_id: int | None = None) -> list[Desk]:
    """The active desks at which the service is given, with their offices."""
    where: dict[str, Any] = {"office_id": office_id} if office_id else {}
    desks = Desk.objects.filter(municipality=open_municipality(), active=True, offered__service=service, **where)
    return list(desks.select_related("office").order_by("office__name", "pk"))


def offices_of(service: Service) -> list[Office]:
    """Where it is given, each office once."""
    return list({desk.office_id: desk.office for desk in desks_of(service)}.values())


def my_appointments(person_id: int) -> list[Booking]:
    """Hers that are to come, in every town, the nearest first: for a page that reads through her own door."""
    mine = Booking.objects.filter(person_id=person_id, state=State.BOOKED, ends_at__gt=timezone.now())
    return list(mine.select_related("service", "desk__office").order_by("starts_at")[:SHOWN])

"""What the pilot towns give by appointment, and who comes in the next days; every step can run again."""

from datetime import date, timedelta
from itertools import islice

from core.audit.services import Actor
from core.municipalities.models import Municipality, Office, OpeningHours
from town_hall.appointments.models import Booking, Desk, DeskHours, DeskService, Rules, Service
from town_hall.appointments.services import book, free_slots

# eu, es, en, what to bring in the three, minutes, procedures
SERVICES = (
    ("Errolda eta ziurtagiriak", "Padrón y certificados", "Census and certificates",
     "NANa, AIZa edo pasaportea", "El DNI, NIE o pasaporte", "Your identity card or passport", 15,
     "PAD-001,PAD-003,REG-008,REG-015,DIG-003,DIG-004,REG-010=census,REG-010=citizen_office"),
    ("Zergak eta ordainagiriak", "Tributos y recibos", "Taxes and bills",
     "Ordainagiria, baduzu", "El recibo, si lo tienes", "The bill, if you have it", 20, "REG-010=tax"),
    ("Udal arkitektoa", "Arquitecta municipal", "Town architect",
     "Obraren planoak edo argazkiak", "Planos o fotos de la obra", "Plans or photographs of the works", 30,
     "URB-002,REG-010=urban"),
    ("Gizarte-zerbitzuak", "Servicios sociales", "Social services",
     "", "", "", 30, "SOC-006,REG-010=social"),
)  # fmt: skip
VISITORS = (
    ("Amaia Larrea Bilbao", "600 000 101", "eu"),
    ("Iker Sarasola Mendia", "600 000 102", "eu"),
    ("Carmen Vidal Pons", "600 000 103", "es"),
    ("Youssef El Amrani", "600 000 104", "es"),
    ("Nerea Goti Uriarte", "600 000 105", "eu"),
)
DAYS = 3


def furnish_appointments(town: Municipality, today: date, actor: Actor) -> None:
    """Services, two desks with the office's hours, and people on the next days that have free hours."""
    office = Office.objects.get(municipality=town, is_main=True)
    services = [_service(town, place, row) for place, row in enumerate(SERVICES)]
    for number, offered in enumerate((services, services[:2]), 1):
        _desk(town, office, number, offered)
    service = services[0]
    free = free_slots(service, office_id=office.pk, first=today, last=today + timedelta(days=14), unlimited=True)
    for day, slots in islice(free.items(), DAYS):
        for number, (name, phone, language) in enumerate(VISITORS):
            if number * 2 < len(slots) and not Booking.objects.filter(key=f"demo:{day}:{number}").exists():
                book(
                    service=service, office_id=office.pk, starts_at=slots[number * 2].starts_at, name=name,
                    phone=phone, language=language, key=f"demo:{day}:{number}", actor=actor,
                )  # fmt: skip


def furnish_rules(county: Municipality) -> None:
    """What holds in every town that has no rules of its own."""
    Rules.objects.get_or_create(municipality=county, valid_from=date(2026, 1, 1))


def _service(town: Municipality, place: int, row: tuple[str, str, str, str, str, str, int, str]) -> Service:
    names = ("name_eu", "name_es", "name_en", "bring_eu", "bring_es", "bring_en", "minutes", "procedure_codes")
    values = dict(zip(names, row, strict=True)) | {"position": place}
    return Service.objects.get_or_create(municipality=town, name_eu=row[0], defaults=values)[0]


def _desk(town: Municipality, office: Office, number: int, services: list[Service]) -> None:
    names = {"name_es": f"Mesa {number}", "name_en": f"Desk {number}", "office": office}
    desk, new = Desk.objects.get_or_create(municipality=town, name_eu=f"{number}. mahaia", defaults=names)
    if not new:
        return
    hours = OpeningHours.objects.filter(office=office).values_list("weekday", "opens", "closes")
    DeskHours.objects.bulk_create(
        DeskHours(desk=desk, weekday=weekday, opens=opens, closes=closes) for weekday, opens, closes in hours
    )
    DeskService.objects.bulk_create(DeskService(desk=desk, service=service) for service in services)

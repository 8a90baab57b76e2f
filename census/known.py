"""What the padron offers to a form's questions of whoever lives here and has proved who she is."""

from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.identity.models import Person
from core.municipalities.models import open_municipality
from core.municipalities.services import find_town
from procedures.services import Known, register_known

from .models import Dwelling, Resident
from .rights import may_see_household
from .services import find_resident, home_of, household_of
from .services.finding import history_of, resident_since

SOURCE = _("It comes from the register of inhabitants (padrón). Change it if it is not right.")


@register_known
def of_resident(person_id: int) -> Known | None:
    """Her address, since when, where before, and those registered with her where all the others are minors."""
    person = Person.objects.filter(pk=person_id).first()
    resident = find_resident(person) if person else None
    home = home_of(resident) if resident else None
    if resident is None or home is None:
        return None
    neighbours = [row.resident for row in household_of(home.dwelling)]
    rows, _movements = history_of(resident)
    values: dict[str, Any] = {
        "residence": _address(home.dwelling),
        "resident_since": _day(resident_since(resident) or home.starts_on),
        "addresses": "\n".join(f"{row.dwelling}: {_period(row.starts_on, row.ends_on)}" for row in rows),
        "birth_date": _day(resident.born_on),
        "household_size": str(len(neighbours)),
    }
    if may_see_household(resident, neighbours):
        values["household"] = [_person(one) for one in neighbours]
    return Known(values, SOURCE)


def _address(home: Dwelling) -> list[str]:
    house = f"{home.number}{home.block and f'-{home.block}'}"
    floor = " ".join(filter(None, (home.stair, home.floor, home.door)))
    town = find_town(open_municipality() or 0).municipality.name
    return [home.street.said(get_language() or "eu"), house, floor, home.postcode, town]


def _day(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


def _period(start: date, end: date | None) -> str:
    return f"{start:%d/%m/%Y} – {end:%d/%m/%Y}" if end else f"{start:%d/%m/%Y} –"


def _person(one: Resident) -> dict[str, str]:
    surnames = " ".join(filter(None, (one.particle1, one.surname1, one.particle2, one.surname2)))
    born = f"{one.born_on.day}/{one.born_on.month}/{one.born_on.year}"
    return {"name": one.given_name, "surnames": surnames, "identifier": one.identifier, "birth_date": born}

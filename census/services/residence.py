"""What changes in the padron: arrivals, births, moves, departures and deaths, each with its movement for the INE."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from census.constants import Sex, Variation
from census.ine.snapshot import snapshot
from census.models import Dwelling, Inscription, Movement, Resident
from core.audit.constants import ActorKind
from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.models import open_municipality
from core.municipalities.services import DomainError, find_town, terms
from core.territory.models import Street

from .finding import home_of, residents_in
from .numbers import new_nia, new_sheet, reserve

ENTRIES = (Variation.ARRIVAL, Variation.OMISSION, Variation.BIRTH)
REMOVALS = (Variation.DEPARTURE, Variation.DEATH, Variation.UNDUE, Variation.DUPLICATE, Variation.LAPSE)
STAYING = (Variation.RENEWAL, Variation.CONFIRMATION)
PERSONAL = frozenset(
    {
        *("given_name", "particle1", "surname1", "particle2", "surname2", "sex", "born_on"),
        *("birth_province", "birth_place", "birth_place_name", "nationality"),
        *("identifier_type", "identifier", "education"),
    }
)


def _may_change(actor: Actor) -> None:
    if actor.kind != ActorKind.SYSTEM:
        require(actor, Role.CENSUS_OFFICER)


def _not_in_future(day: date, field: str) -> None:
    if day > terms.local_today():
        raise DomainError(_("This day has not come yet. Give the day on which it happened."), field=field)


@transaction.atomic
def register_arrival(
    *,
    personal: dict[str, Any],
    dwelling: Dwelling,
    on: date,
    variation: Variation = Variation.ARRIVAL,
    origin: str = "",
    case_reference: str = "",
    actor: Actor,
) -> Resident:
    """Inscribe somebody who comes to live here, or whom the padron had left out.

    `personal`: the fields of Resident (LRBRL art. 16.2) without her number here; `origin`: province and municipality,
    or 66 and the country. DomainError where the same identity document lives here already.
    """
    _may_change(actor)
    return enter_as_granted(
        personal=personal, dwelling=dwelling, on=on, variation=variation, origin=origin,
        case_reference=case_reference, actor=actor,
    )  # fmt: skip


@transaction.atomic(savepoint=False)
def enter_as_granted(
    *,
    personal: Mapping[str, Any],
    dwelling: Dwelling,
    on: date,
    variation: Variation,
    origin: str = "",
    case_reference: str,
    actor: Actor,
) -> Resident:
    """`register_arrival` as the effect of a resolution: whoever resolved had the right."""
    _not_in_future(on, "on")
    _nobody_has(personal.get("identifier", ""))
    pk = reserve(Resident)[0]
    resident = Resident(pk=pk, nia=new_nia(find_town(open_municipality() or 0).municipality, pk), **personal)
    resident.save(force_insert=True)
    Inscription.objects.create(resident=resident, dwelling=dwelling, starts_on=on, begun_by=variation, origin=origin)
    _tell(resident, variation, on, {}, snapshot(resident, dwelling, origin), case_reference)
    record(
        "census.entered", actor=actor, target=resident, subject=resident.person_id, object_ref=case_reference,
        data={"variation": variation},
    )  # fmt: skip
    return resident


def register_birth(*, personal: dict[str, Any], parent: Resident, case_reference: str = "", actor: Actor) -> Resident:
    """Inscribe a newborn where the parent lives, from the day of birth."""
    home = home_of(parent)
    if home is None:
        raise DomainError(_("The parent is not registered in this town."))
    born = personal["born_on"]
    return register_arrival(
        personal={"nationality": parent.nationality, "sex": Sex.FEMALE} | personal,
        dwelling=home.dwelling,
        on=born,
        variation=Variation.BIRTH,
        case_reference=case_reference,
        actor=actor,
    )


@transaction.atomic
def move(
    *, residents: Sequence[Resident], dwelling: Dwelling, on: date, case_reference: str = "", actor: Actor
) -> list[Inscription]:
    """Everybody named moves to another dwelling of the town on one day (RD 1690/1986, art. 68).

    The open inscription ends on the day the next one begins. The same case file moves nobody twice.
    """
    _may_change(actor)
    return move_as_granted(residents=residents, dwelling=dwelling, on=on, case_reference=case_reference, actor=actor)


@transaction.atomic(savepoint=False)
def move_as_granted(
    *, residents: Sequence[Resident], dwelling: Dwelling, on: date, case_reference: str, actor: Actor
) -> list[Inscription]:
    """`move` as the effect of a resolution: whoever resolved had the right, so no census role is asked for."""
    _not_in_future(on, "on")
    return [
        _move_one(resident, dwelling, on, case_reference, actor)
        for resident in residents_in(resident.pk for resident in residents)
    ]


def change_address(
    *, resident: Resident, dwelling: Dwelling, on: date, case_reference: str = "", actor: Actor
) -> Inscription:
    """`move` for one person."""
    return move(residents=[resident], dwelling=dwelling, on=on, case_reference=case_reference, actor=actor)[0]


def _move_one(resident: Resident, dwelling: Dwelling, on: date, case_reference: str, actor: Actor) -> Inscription:
    old = _lives_here(resident)
    moved = Movement.objects.filter(resident=resident, variation=Variation.ADDRESS, case_reference=case_reference)
    if case_reference and moved.exists():
        return old
    if old.dwelling_id == dwelling.pk:
        raise DomainError(_("%(name)s already lives at this address.") % {"name": resident}, field="dwelling")
    if on < old.starts_on:
        raise DomainError(
            _("%(name)s came to the present address later than that day.") % {"name": resident}, field="on"
        )
    before = snapshot(resident, old.dwelling)
    old.ends_on, old.ended_by = on, Variation.ADDRESS
    old.save(update_fields=["ends_on", "ended_by"])
    new = Inscription.objects.create(resident=resident, dwelling=dwelling, starts_on=on, begun_by=Variation.ADDRESS)
    _tell(resident, Variation.ADDRESS, on, before, snapshot(resident, dwelling), case_reference)
    record(
        "census.moved", actor=actor, target=resident, subject=resident.person_id, object_ref=case_reference,
        data={"from": old.dwelling_id, "to": dwelling.pk, "on": on.isoformat()},
    )  # fmt: skip
    return new


@transaction.atomic
def remove(
    *,
    resident: Resident,
    variation: Variation,
    on: date,
    destination: str = "",
    case_reference: str = "",
    actor: Actor,
) -> Resident:
    """End somebody's inscription: death, departure, undue, duplicate, lapse. She stays in the padron's history.

    `destination`: where she goes, for a change of residence. Nothing happens to somebody who is no longer here.
    """
    _may_change(actor)
    return remove_as_granted(
        resident=resident, variation=variation, on=on, destination=destination, case_reference=case_reference,
        actor=actor,
    )  # fmt: skip


@transaction.atomic(savepoint=False)
def remove_as_granted(
    *, resident: Resident, variation: Variation, on: date, destination: str = "", case_reference: str, actor: Actor
) -> Resident:
    """`remove` as the effect of a resolution."""
    _not_in_future(on, "on")
    if variation not in REMOVALS:
        raise ValueError(f"{variation} removes nobody")
    [resident] = residents_in([resident.pk])
    home = home_of(resident)
    if home is None:
        return resident
    if on < home.starts_on:
        raise DomainError(
            _("%(name)s came to the present address later than that day.") % {"name": resident}, field="on"
        )
    home.ends_on, home.ended_by = on, variation
    home.save(update_fields=["ends_on", "ended_by"])
    before = snapshot(resident, home.dwelling)
    after = {"PRDP": destination[:2], "MUDP": destination[2:5]} if destination else {}
    _tell(resident, variation, on, before, after, case_reference)
    record(
        "census.removed", actor=actor, target=resident, subject=resident.person_id, object_ref=case_reference,
        data={"variation": variation},
    )  # fmt: skip
    return resident


@transaction.atomic
def change_personal_data(
    *, resident: Resident, changes: Mapping[str, Any], case_reference: str = "", actor: Actor
) -> Resident:
    """Put the data of somebody who lives here right: `changes` are fields of Resident (LRBRL art. 16.2)."""
    _may_change(actor)
    return change_as_granted(resident=resident, changes=changes, case_reference=case_reference, actor=actor)


@transaction.atomic(savepoint=False)
def change_as_granted(*, resident: Resident, changes: Mapping[str, Any], case_reference: str, actor: Actor) -> Resident:
    """`change_personal_data` as the effect of a resolution."""
    if unknown := set(changes) - PERSONAL:
        raise ValueError(f"no personal data: {sorted(unknown)}")
    [resident] = residents_in([resident.pk])
    home = _lives_here(resident)
    number = changes.get("identifier")
    if number and number != resident.identifier:
        _nobody_has(number)
    before = snapshot(resident, home.dwelling)
    different = {name for name, value in changes.items() if getattr(resident, name) != value}
    if not different:
        raise DomainError(_("Nothing of this is different from what the census says."))
    for name in different:
        setattr(resident, name, changes[name])
    resident.save()
    after = snapshot(resident, home.dwelling)
    _tell(resident, Variation.PERSONAL_DATA, terms.local_today(), before, after, case_reference)
    record(
        "census.data_changed", actor=actor, target=resident, subject=resident.person_id, object_ref=case_reference,
        data={"fields": sorted(different)},
    )  # fmt: skip
    return resident


@transaction.atomic
def confirm_staying(*, resident: Resident, variation: Variation, case_reference: str = "", actor: Actor) -> Movement:
    """Renew an inscription (M RN), or note that a residence was confirmed (M CO), today."""
    _may_change(actor)
    return stays_as_declared(resident=resident, variation=variation, case_reference=case_reference, actor=actor)


@transaction.atomic(savepoint=False)
def stays_as_declared(*, resident: Resident, variation: Variation, case_reference: str, actor: Actor) -> Movement:
    """`confirm_staying` by her own signed declaration: no census role is asked for. Once a case file."""
    if variation not in STAYING:
        raise ValueError(f"{variation} keeps nobody")
    [resident] = residents_in([resident.pk])
    home = _lives_here(resident)
    known = Movement.objects.filter(resident=resident, variation=variation, case_reference=case_reference)
    if case_reference and (told := known.first()):
        return told
    data = snapshot(resident, home.dwelling)
    movement = _tell(resident, variation, terms.local_today(), data, data, case_reference)
    record(
        "census.stayed", actor=actor, target=resident, subject=resident.person_id, object_ref=case_reference,
        data={"variation": variation},
    )  # fmt: skip
    return movement


@transaction.atomic
def add_dwelling(*, street: Street, actor: Actor, **address: Any) -> Dwelling:
    """A dwelling that the padron did not know; `address`: number, block, stair, floor, door, postcode, district,
    section. District and section follow the nearest known dwelling of the street where they are not given."""
    _may_change(actor)
    near = Dwelling.objects.filter(street=street).order_by("pk").last()
    if near:
        address = {"district": near.district, "section": near.section, "unit_code": near.unit_code} | address
    pk = reserve(Dwelling)[0]
    dwelling = Dwelling(pk=pk, street=street, **address)
    dwelling.sheet = new_sheet(dwelling.district, dwelling.section, pk)
    dwelling.save(force_insert=True)
    record("census.dwelling_added", actor=actor, target=dwelling)
    return dwelling


def _lives_here(resident: Resident) -> Inscription:
    home = home_of(resident)
    if home is None:
        raise DomainError(_("%(name)s is not registered in this town.") % {"name": resident})
    return home


def _nobody_has(number: str) -> None:
    if number and Resident.objects.filter(identifier=number, inscriptions__ends_on=None).exists():
        raise DomainError(_("Somebody with this identity document is already registered here."), field="identifier")


def _tell(
    resident: Resident, variation: str, on: date, before: dict[str, str], after: dict[str, str], reference: str
) -> Movement:
    return Movement.objects.create(
        resident=resident,
        variation=variation,
        effective_on=on,
        before=before,
        after=after,
        case_reference=reference,
    )

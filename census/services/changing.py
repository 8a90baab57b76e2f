"""What a file asks the padron to change, other than a move (`moving`): read, doubted, and done.

Only what the padron can read without doubt is done by itself once it is granted; a clerk settles the rest at the
census desk, beside the same doubts.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from stdnum.es import nif

from case_files.constants import TaskState
from case_files.models import CaseFile, CaseTask
from case_files.services import complete_task, in_languages
from census.constants import IdentifierType, Sex, Variation
from census.ine.layout import DATA
from census.models import Dwelling, Inscription, Resident
from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError, all_towns, terms
from core.territory.services import normalised

from .countries import SPAIN, countries, read_country
from .finding import home_of, household_of
from .matching import match_address, match_people
from .moving import applicant_resident, day_of, was_told
from .residence import change_as_granted, enter_as_granted, remove_as_granted

STEP = "census_update"
ABROAD = "66"
SEXES = {"female": Sex.FEMALE, "male": Sex.MALE}
REASONS = {
    "moved_abroad": Variation.DEPARTURE,
    "wrong_entry": Variation.UNDUE,
    "duplicate": Variation.DUPLICATE,
    "death": Variation.DEATH,
}
Work = Callable[[str, Actor], object]  # (the file's reference, who acts)


@dataclass(frozen=True)
class FiledChange:
    """What was filed as far as the padron can read it; `work` does it where no doubt is left."""

    doubts: Sequence[str] = ()
    work: Work | None = None
    residents: Sequence[Resident] = ()  # whom it is about
    neighbours: Sequence[Resident] = ()  # among whom they may be
    near: Sequence[Dwelling] = ()
    initial: Mapping[str, Any] = field(default_factory=dict)  # for the desk's form
    people: Sequence[Mapping[str, Any]] = ()  # who comes, for the desk's form


def carry_out(case_file: CaseFile, *, actor: Actor) -> dict[str, str] | None:
    """Change the padron as a granted file says. None when done; else what a clerk has to settle, as {eu, es, en}."""
    if was_told(case_file):
        return None
    filed = READERS[case_file.procedure_code](case_file)
    if filed.doubts or filed.work is None:
        return in_languages(lambda: " ".join(READERS[case_file.procedure_code](case_file).doubts))
    filed.work(case_file.reference, actor)
    return None


@transaction.atomic
def settle(*, case_file: CaseFile, work: Work, actor: Actor) -> None:
    """A clerk changes the padron by hand at the file's census step, which ends with it. Once a file."""
    require(actor, Role.CENSUS_OFFICER)
    tasks = CaseTask.objects.filter(case_file=case_file, step=STEP, state=TaskState.OPEN).select_related("case_file")
    task = tasks.first()
    if task is None or was_told(case_file):
        raise DomainError(_("This file is not at the step of the census."))
    work(case_file.reference, actor)
    complete_task(task=task, actor=actor)


def read_arrival(case_file: CaseFile) -> FiledChange:
    """PAD-001. The form does not ask for sex, nationality and place of birth (LRBRL art. 16.2): a clerk has them."""
    data = case_file.data
    address = match_address(data.get("new_address") or {})
    doubts = [_("Complete what the law asks for and the form does not hold, from the documents.")]
    if address.dwelling is None:
        doubts.append(_("The new address is not exactly one of the dwellings of the census."))
    origin = place_code(str(data.get("previous_municipality") or ""))
    if not origin and (country := read_country(str(data.get("previous_country") or ""))):
        origin = ABROAD + country
    rows = data.get("registrants") or []
    numbers = [number for row in rows if (number := str(row.get("identifier") or "").upper())]
    for known in Resident.objects.filter(identifier__in=numbers, inscriptions__ends_on=None):
        doubts.append(_("%(name)s is registered here already.") % {"name": known})
    people = [
        {
            **_names(row.get("name", ""), row.get("surnames", "")),
            **_identity(row.get("identifier", "")),
            "born_on": day_of(row.get("birth_date")),
            "nationality": SPAIN,
        }
        for row in rows
    ]
    initial = {
        "dwelling": address.dwelling,
        "street": address.streets[0] if address.streets else None,
        "on": day_of(data.get("move_date")),
        "origin": origin,
    }
    return FiledChange(doubts, near=address.near, initial=initial, people=people)


def read_birth(case_file: CaseFile) -> FiledChange:
    """PAD-002: the child of the applicant, where she lives."""
    data = case_file.data
    parent, home, neighbours, doubts = _at_home(case_file, "address_registered")
    born = day_of(data.get("birth_date"))
    code = place_code(str(data.get("birth_place") or ""))
    child: dict[str, Any] = _split_particle(1, str(data.get("child_surname1", ""))) | {
        **_split_particle(2, str(data.get("child_surname2") or "")),
        "given_name": str(data.get("child_name", "")),
        "sex": SEXES.get(str(data.get("sex")), ""),
        "born_on": born,
        "birth_province": code[:2],
        "birth_place": code[2:],
        "birth_place_name": str(data.get("birth_place") or "")[:60],
        "nationality": parent.nationality if parent else SPAIN,
    }
    if parent and parent.nationality != SPAIN:
        doubts.append(_("The parent is not Spanish: see the child's nationality in the documents."))
    if not code:
        doubts.append(_("The place of birth is not one that the census can read."))
    if not data.get("other_parent_consent"):
        doubts.append(_("The other parent's consent is not stated."))
    if not _is_past(born):
        doubts.append(_("The date cannot be read, or has not come yet."))
    if any(len(str(child[name])) > limit for name, limit in LIMITS.items()):
        doubts.append(_("The name is longer than the INE's files allow: shorten it."))
    same = [one for one in neighbours if one.born_on == born and one.given_norm == normalised(child["given_name"])]
    if same:
        doubts.append(_("%(name)s is registered here already.") % {"name": same[0]})

    def work(reference: str, actor: Actor) -> object:
        assert home is not None and born is not None
        return enter_as_granted(
            personal=child, dwelling=home.dwelling, on=born, variation=Variation.BIRTH, case_reference=reference,
            actor=actor,
        )  # fmt: skip

    residents = [parent] if parent else []
    return FiledChange(doubts, None if doubts else work, residents, neighbours, people=[child])


def read_data_change(case_file: CaseFile) -> FiledChange:
    """PAD-004: one datum of the applicant, where what was written as the old one is what the padron says."""
    data = case_file.data
    resident = applicant_resident(case_file)
    wanted = data.get("data_to_change") or []
    doubts, changes = [], {}
    if resident is None:
        doubts.append(_("The applicant was not found among the residents by a proved identity document."))
    elif len(wanted) != 1 or wanted[0] not in DATA_READERS:
        doubts.append(_("Read the data to change in the request and in its documents."))
    else:
        old, changes = (DATA_READERS[wanted[0]](str(data.get(name) or "")) for name in ("current_value", "new_value"))
        if not changes or any(getattr(resident, name) != value for name, value in old.items()) or not old:
            doubts.append(_("What was written as the present data is not what the census says, or cannot be read."))

    def work(reference: str, actor: Actor) -> object:
        assert resident is not None
        return change_as_granted(resident=resident, changes=changes, case_reference=reference, actor=actor)

    return FiledChange(doubts, None if doubts else work, [resident] if resident else [], initial=changes)


def read_removal(case_file: CaseFile) -> FiledChange:
    """PAD-005: people of the applicant's home who left, died or should not be there."""
    data = case_file.data
    reason = str(data.get("removal_reason"))
    _applicant, _home, neighbours, doubts = _at_home(case_file, "address_affected")
    destination = ""
    if reason == "moved_abroad":
        code = read_country(str(data.get("destination_country") or ""))
        destination = ABROAD + code if code else ""
        if not code:
            doubts.append(_("The country where they go is not one that the census can read."))
    if reason == "duplicate":
        doubts.append(_("Look which of the two entries stays."))
    on = day_of(data.get("effective_date"))
    return _removal(case_file, neighbours, doubts, REASONS.get(reason), on, destination)


def read_undue(case_file: CaseFile) -> FiledChange:
    """PAD-015: people who are registered in the applicant's dwelling and do not live there (RD 1690/1986, art. 72)."""
    address = match_address(case_file.data.get("address_affected") or {})
    doubts = [] if address.dwelling else [_("The address is not exactly one of the dwellings of the census.")]
    neighbours = [row.resident for row in household_of(address.dwelling)] if address.dwelling else []
    return _removal(case_file, neighbours, doubts, Variation.UNDUE, terms.local_today())


def _removal(
    case_file: CaseFile,
    neighbours: Sequence[Resident],
    doubts: list[str],
    variation: Variation | None,
    on: date | None,
    destination: str = "",
) -> FiledChange:
    people = match_people(case_file.data.get("affected_persons") or [], neighbours)
    if people.unknown or not people.found:
        doubts.append(_("Not found at this address: %(names)s.") % {"names": ", ".join(people.unknown) or "—"})
    if not _is_past(on):
        doubts.append(_("The date cannot be read, or has not come yet."))

    def work(reference: str, actor: Actor) -> object:
        assert variation is not None and on is not None
        return [
            remove_as_granted(
                resident=one, variation=variation, on=on, destination=destination, case_reference=reference,
                actor=actor,
            )
            for one in people.found
        ]  # fmt: skip

    initial = {"variation": variation, "on": on, "destination": destination}
    return FiledChange(doubts, None if doubts else work, people.found, neighbours, initial=initial)


def read_staying(case_file: CaseFile) -> FiledChange:
    """PAD-012 and PAD-013 that the census could not answer at once."""
    resident = applicant_resident(case_file)
    variation = Variation.RENEWAL if case_file.procedure_code == "PAD-012" else Variation.CONFIRMATION
    doubts = [_("What was filed is not exactly what the census says: compare it with the documents.")]
    found = [resident] if resident else []
    return FiledChange(doubts, residents=found, neighbours=found, initial={"variation": variation})


READERS: dict[str, Callable[[CaseFile], FiledChange]] = {
    "PAD-001": read_arrival,
    "PAD-002": read_birth,
    "PAD-004": read_data_change,
    "PAD-005": read_removal,
    "PAD-012": read_staying,
    "PAD-013": read_staying,
    "PAD-015": read_undue,
}
LIMITS = {"given_name": 20, "surname1": 25, "surname2": 25}
PARTICLES = ("de las", "de los", "de la", "del", "de", "las", "los", "la", "van", "vd", "ten", "y", "i")


def _at_home(case_file: CaseFile, name: str) -> tuple[Resident | None, Inscription | None, list[Resident], list[str]]:
    """The applicant, her home, who lives there, and what does not fit with the address that was written."""
    resident = applicant_resident(case_file)
    home = home_of(resident) if resident else None
    if home is None:
        doubt = _("The applicant was not found among the residents by a proved identity document.")
        return resident, None, [], [doubt]
    there = match_address(case_file.data.get(name) or {}).dwelling
    fits = there is not None and there.pk == home.dwelling_id
    doubts = [] if fits else [_("The address that was given is not exactly the one in the census.")]
    return resident, home, [row.resident for row in household_of(home.dwelling)], doubts


def place_code(text: str) -> str:
    """Province and municipality (INE) of a place's name; "" where it is none that we know."""
    wanted = normalised(text)
    for town in (one.municipality for one in all_towns()):
        if town.ine_code and wanted in map(normalised, (town.name_official, town.name_eu, town.name_es)):
            return town.ine_code
    return _other_places().get(wanted, "")


@cache
def _other_places() -> dict[str, str]:
    with (DATA / "birth_places.csv").open(encoding="utf-8") as lines:
        return {normalised(row["name"]): row["code"] for row in csv.DictReader(lines, delimiter=";")}


def _is_past(day: date | None) -> bool:
    return day is not None and day <= terms.local_today()


def _split_particle(position: int, surname: str) -> dict[str, str]:
    """ "de la Fuente" as the INE's files keep it: PART and APE."""
    words = surname.strip()
    for particle in PARTICLES:
        if words.lower().startswith(f"{particle} "):
            return {f"particle{position}": particle, f"surname{position}": words[len(particle) + 1 :].strip()}
    return {f"particle{position}": "", f"surname{position}": words}


def _names(given: str, surnames: str) -> dict[str, str]:
    """Surnames written in one box: two words are two surnames, anything else a clerk divides."""
    words = surnames.split()
    first, second = words if len(words) == 2 else (surnames.strip(), "")
    return {"given_name": given, **_split_particle(1, first), **_split_particle(2, second)}


def _identity(number: str) -> dict[str, str]:
    value = "".join(c for c in number.upper() if c.isalnum())
    if not value:
        return {"identifier_type": IdentifierType.NONE, "identifier": ""}
    if value[0] in "XYZ" and len(value) == 9:
        return {"identifier_type": IdentifierType.RESIDENCE_CARD, "identifier": value}
    kind = IdentifierType.DNI if value[:8].isdigit() and len(value) == 9 else IdentifierType.PASSPORT
    return {"identifier_type": kind, "identifier": value}


def _read_date(text: str) -> dict[str, Any]:
    parts = [int(part) for part in text.replace("-", "/").replace(".", "/").split("/") if part.strip().isdigit()]
    if len(parts) != 3:
        return {}
    year, month, day = parts if parts[0] > 31 else parts[::-1]
    try:
        return {"born_on": date(year, month, day)}
    except ValueError:
        return {}


def _read_sex(text: str) -> dict[str, Any]:
    words = {
        **dict.fromkeys(("emakumea", "emakumezkoa", "mujer", "femenino", "female", "woman"), Sex.FEMALE),
        **dict.fromkeys(("gizona", "gizonezkoa", "hombre", "masculino", "male", "man", "varon"), Sex.MALE),
    }
    found = words.get(normalised(text))
    return {"sex": found} if found else {}


def _read_nationality(text: str) -> dict[str, Any]:
    code = read_country(text)
    return {"nationality": code} if code in countries() else {}


def _read_number(text: str) -> dict[str, Any]:
    found = _identity(text)
    return found if nif.is_valid(found["identifier"]) else {}


DATA_READERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "birth_date": _read_date,
    "sex": _read_sex,
    "nationality": _read_nationality,
    "id_document": _read_number,
}

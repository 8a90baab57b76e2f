"""A move within the town that was filed and granted (PAD-003): read, confirmed where needed, and done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from case_files.constants import Capacity
from case_files.models import CaseFile, CaseParty, CaseTask
from case_files.services import complete_task, in_languages
from census.models import ConfirmedMover, Dwelling, MoveConfirmation, Movement, Resident
from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError, terms

from .finding import find_resident, home_of, household_of
from .matching import AddressMatch, PeopleMatch, match_address, match_people
from .residence import move_as_granted

PROCEDURE = "PAD-003"


@dataclass(frozen=True)
class FiledMove:
    """What a case file asks for, as far as the padron can read it; `doubts` say what a clerk has to settle."""

    applicant: Resident | None
    address: AddressMatch
    people: PeopleMatch
    on: date | None
    doubts: Sequence[str]


def read_move(case_file: CaseFile) -> FiledMove:
    """Match the filed address and people of one case file.

    Names are looked for only where the applicant lives, and only her proved identity says where that is.
    """
    data: dict[str, Any] = case_file.data
    applicant = applicant_resident(case_file)
    home = home_of(applicant) if applicant else None
    neighbours = [row.resident for row in household_of(home.dwelling)] if home else []
    people = match_people(data.get("registrants") or [], neighbours)
    address = match_address(data.get("new_address") or {})
    on = day_of(data.get("move_date"))
    return FiledMove(applicant, address, people, on, _doubts(applicant, address, people, on))


def _doubts(applicant: Resident | None, address: AddressMatch, people: PeopleMatch, on: date | None) -> list[str]:
    doubts = []
    if applicant is None:
        doubts.append(_("The applicant was not found among the residents by a proved identity document."))
    elif applicant not in people.found:
        doubts.append(_("The applicant is not among the people who move."))
    if people.unknown:
        doubts.append(_("Not found at the applicant's address: %(names)s.") % {"names": ", ".join(people.unknown)})
    if address.dwelling is None:
        doubts.append(_("The new address is not exactly one of the dwellings of the census."))
    if on is None:
        doubts.append(_("The date of the move cannot be read."))
    elif on > terms.local_today():
        doubts.append(_("The day of the move has not come yet."))
    return doubts


def carry_out(case_file: CaseFile, *, actor: Actor) -> dict[str, str] | None:
    """Change the padron as a granted file says. None when done; else what a clerk has to settle, as {eu, es, en}."""
    confirmed = MoveConfirmation.objects.filter(case_reference=case_file.reference).select_related("dwelling").first()
    if confirmed:
        residents = [mover.resident for mover in confirmed.movers.select_related("resident")]
        _move(case_file, residents, confirmed.dwelling, confirmed.moves_on, actor=actor)
        return None
    filed = read_move(case_file)
    if filed.doubts or filed.address.dwelling is None or filed.on is None:
        return in_languages(lambda: " ".join(_doubts(filed.applicant, filed.address, filed.people, filed.on)))
    _move(case_file, filed.people.found, filed.address.dwelling, filed.on, actor=actor)
    return None


def was_told(case_file: CaseFile) -> bool:
    """Whether the file has changed the padron, so that the month's file for the INE holds it."""
    return Movement.objects.filter(case_reference=case_file.reference).exists()


@transaction.atomic
def confirm_move(
    *,
    case_file: CaseFile,
    dwelling: Dwelling,
    residents: Sequence[Resident],
    on: date,
    task: CaseTask | None = None,
    actor: Actor,
) -> MoveConfirmation:
    """A clerk settles where and who. With the open census task the padron changes at once and the file goes on;
    before the resolution it is kept, and the resolution carries it out."""
    require(actor, Role.CENSUS_OFFICER)
    if not residents:
        raise DomainError(_("Choose at least one person."), field="residents")
    if was_told(case_file):
        raise DomainError(_("The census has been changed by this file already."))
    confirmation, _new = MoveConfirmation.objects.update_or_create(
        case_reference=case_file.reference,
        defaults={"dwelling": dwelling, "moves_on": on, "confirmed_by_id": actor.user_id},
    )
    confirmation.movers.all().delete()
    ConfirmedMover.objects.bulk_create(
        ConfirmedMover(confirmation=confirmation, resident=resident) for resident in residents
    )
    record("census.move_confirmed", actor=actor, target=confirmation, object_ref=case_file.reference)
    if task is not None:
        _move(case_file, residents, dwelling, on, actor=actor)
        complete_task(task=task, actor=actor)
    return confirmation


def _move(case_file: CaseFile, residents: Sequence[Resident], dwelling: Dwelling, on: date, *, actor: Actor) -> None:
    move_as_granted(residents=residents, dwelling=dwelling, on=on, case_reference=case_file.reference, actor=actor)


def applicant_resident(case_file: CaseFile) -> Resident | None:
    party = CaseParty.objects.filter(case_file=case_file, capacity=Capacity.APPLICANT).select_related("person").first()
    return find_resident(party.person) if party and party.person else None


def day_of(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None

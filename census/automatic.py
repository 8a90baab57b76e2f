"""Procedures that the census answers in the same visit."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from case_files.constants import Capacity
from case_files.models import CaseFile, CaseParty
from core.audit.constants import Level
from core.audit.services import Actor
from core.documents.models import Document
from core.identity.models import Person
from core.municipalities.services import DomainError, terms
from procedures.services import CLERK, register_automatic

from .constants import CERTIFICATE_PURPOSES, PURPOSES, Variation
from .models import Resident
from .rights import may_see_household
from .services import find_resident, home_of, household_of
from .services.countries import SPAIN, in_eu_regime, read_country
from .services.finding import link, same_person
from .services.matching import match_address
from .services.residence import stays_as_declared
from .services.slips import slip_for
from .services.statements import (
    certificate,
    household_slip,
    left_certificate,
    negative_certificate,
    proof_of_staying,
    said,
)
from .services.statistics import population


@register_automatic("PAD-006")
def individual_slip(case_file: CaseFile, actor: Actor) -> Document:
    """The applicant's own volante where she is signed in and has proved once who she is.

    Anything else is a clerk's: another person's slip, an identity not proved, nobody found.
    """
    return slip_for(
        person=_applicant(case_file, actor, Level.ACCOUNT),
        purpose=str(case_file.data.get("purpose") or ""),
        language=_language(case_file),
        reference=case_file.reference,
        actor=actor,
    )


@register_automatic("PAD-007")
def slip_of_household(case_file: CaseFile, actor: Actor) -> Document:
    """Who lives with the applicant, at once only where every other one is a minor."""
    resident = _resident(case_file, actor)
    _check_address(case_file, resident, "address_registered")
    home = home_of(resident)
    neighbours = [row.resident for row in household_of(home.dwelling)] if home else []
    if not may_see_household(resident, neighbours):
        raise DomainError(
            _("Other adults live at this address: see that each of them agrees, or what right the purpose gives."),
            code=CLERK,
        )
    return household_slip(
        resident=resident,
        purpose=_said(PURPOSES, case_file),
        language=_language(case_file),
        reference=case_file.reference,
        actor=actor,
    )


@register_automatic("PAD-008")
def individual_certificate(case_file: CaseFile, actor: Actor) -> Document:
    """The applicant's own certificate, with a certificate in the session."""
    return certificate(
        resident=_resident(case_file, actor),
        purpose=_said(CERTIFICATE_PURPOSES, case_file),
        language=_language(case_file),
        reference=case_file.reference,
        actor=actor,
    )


@register_automatic("PAD-011")
def certificate_of_absence(case_file: CaseFile, actor: Actor) -> Document:
    """That the applicant is not registered here today: never was, or left. Any other day is a clerk's."""
    person = _applicant(case_file, actor, Level.CERTIFICATE)
    day = str(case_file.data.get("reference_date") or "")[:10]
    if day and day != terms.local_today().isoformat():
        raise DomainError(_("The certificate is asked for another day than today: look at the history."), code=CLERK)
    purpose = str(case_file.data.get("purpose") or "")
    numbers, found = same_person(person)
    if any(home_of(one) for one in found):
        raise DomainError(_("Somebody with this name or document lives here today: look who it is."), code=CLERK)
    if not numbers or len(found) > 1 or any(one.identifier not in numbers for one in found):
        raise DomainError(_("The census has other entries that may be this person's: look who it is."), code=CLERK)
    return (
        left_certificate(resident=found[0], purpose=purpose, reference=case_file.reference, actor=actor)
        if found
        else negative_certificate(
            name=str(person), identifier=numbers[0], purpose=purpose, reference=case_file.reference, actor=actor
        )
    )


@register_automatic("PAD-012")
def renew(case_file: CaseFile, actor: Actor) -> Document:
    """M RN: who has to renew every two years does it by herself (Ley 7/1985, art. 16.1)."""
    return _stay(case_file, actor, Variation.RENEWAL, lambda code: not in_eu_regime(code))


@register_automatic("PAD-013")
def confirm(case_file: CaseFile, actor: Actor) -> Document:
    """M CO: who does not have to renew says that she goes on living here."""
    return _stay(case_file, actor, Variation.CONFIRMATION, in_eu_regime)


def _stay(case_file: CaseFile, actor: Actor, variation: Variation, fits: Callable[[str], bool]) -> Document:
    resident = _resident(case_file, actor)
    data = case_file.data
    nationality = resident.nationality
    if nationality == SPAIN or not fits(nationality) or read_country(str(data.get("nationality"))) != nationality:
        raise DomainError(
            _("The nationality that was given, or what it asks for, is not what the census says."), code=CLERK
        )
    number = "".join(c for c in str(data.get("id_doc_number") or "").upper() if c.isalnum())
    if number != resident.identifier:
        raise DomainError(_("The identity document is not the one in the census."), code=CLERK)
    _check_address(case_file, resident, "current_address")
    stays_as_declared(resident=resident, variation=variation, case_reference=case_file.reference, actor=actor)
    return proof_of_staying(resident=resident, variation=variation, reference=case_file.reference, actor=actor)


@register_automatic("PAD-019")
def population_counts(case_file: CaseFile, actor: Actor) -> Document:
    """How many live here, by what was asked for; no small count is shown."""
    return population(case_file, actor=actor)


def _applicant(case_file: CaseFile, actor: Actor, level: Level) -> Person:
    """The only party, who acts for herself and has proved who she is; a clerk's matter otherwise."""
    parties = list(CaseParty.objects.filter(case_file=case_file).select_related("person"))
    applicant = next((party for party in parties if party.capacity == Capacity.APPLICANT), None)
    if applicant is None or applicant.person is None or applicant.person_id != actor.person_id or len(parties) > 1:
        raise DomainError(_("The slip is asked for by somebody else: check the representation."), code=CLERK)
    if not actor.proved or actor.level < level:
        raise DomainError(
            _("The applicant has not proved who she or he is. Prove it at the desk, and issue the slip there."),
            code=CLERK,
        )
    return applicant.person


def _resident(case_file: CaseFile, actor: Actor) -> Resident:
    person = _applicant(case_file, actor, Level.CERTIFICATE)
    resident = find_resident(person)
    if resident is None:
        raise DomainError(
            _("The applicant was not found among the residents by a proved identity document."), code=CLERK
        )
    link(resident, person)
    return resident


def _check_address(case_file: CaseFile, resident: Resident, field: str) -> None:
    home = home_of(resident)
    there = match_address(case_file.data.get(field) or {}).dwelling
    if home is None or there is None or there.pk != home.dwelling_id:
        raise DomainError(_("The address that was given is not exactly the one in the census."), code=CLERK)


def _language(case_file: CaseFile) -> str:
    return str(case_file.data.get("document_language") or case_file.language)


def _said(purposes: Mapping[str, Promise], case_file: CaseFile) -> str | dict[str, str]:
    told = purposes.get(str(case_file.data.get("purpose") or ""))
    return said(told) if told else ""

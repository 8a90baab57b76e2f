"""Powers granted and taken back on line are answered in the same visit: REG-013 and REG-014."""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from case_files.models import CaseFile, CaseParty
from core.audit.services import Actor
from core.documents.models import Document
from core.identity.constants import PersonKind
from core.identity.models import Person
from core.municipalities.services import DomainError
from core.representation.constants import Basis, Scope
from core.representation.models import Power
from core.representation.services import Grantor, by_certificate, grant, revoke_by_number
from procedures.automatic import CLERK, for_companies, register_automatic
from procedures.services.statements import Both, both, statement

# the answer → the power's scope, and the question that says which
SCOPES = {
    "all_procedures": (Scope.TOWN, ""),
    "family_of_procedures": (Scope.PROCEDURES, "scope_family"),
    "single_procedure": (Scope.PROCEDURES, "scope_procedure"),
}
_NUMBER: Both = ("Ahalordearen zenbakia", "Número del poder")
_AGENT: Both = ("Ordezkaria", "Representante")


@register_automatic("REG-013")
def grant_power(case_file: CaseFile, actor: Actor) -> Document:
    """The applicant, or the company of her certificate, names a representative, who accepts in her own account."""
    data, grantor = case_file.data, _grantor(case_file, actor)
    scope, detail = SCOPES[str(data["scope"])]
    if grantor.kind != PersonKind.LEGAL and detail and data[detail] in for_companies:
        raise DomainError(_("This is answered at once to each person herself: only a company names somebody for it."))
    power = grant(
        grantor=grantor,
        agent_name=str(data["representative_name"]),
        agent_identifier=str(data["representative_nif"]),
        scope=scope,
        procedures=[str(data[detail])] if detail else [],
        basis=Basis.COMPANY if grantor.kind == PersonKind.LEGAL else Basis.POWER,
        valid_to=_day(data["valid_until"]),
        case_reference=case_file.reference,
        actor=actor,
    )
    text = (
        "Ordezkaria izendatu du. Ahalordeak ordezkariak onartzen duenetik balio du, eta edozein unetan ezezta daiteke.",
        "Ha nombrado representante. El poder vale desde que la persona representante lo acepta, y se puede revocar "
        "en cualquier momento.",
    )
    return _answer(power, ("Ahalordea ematea", "Otorgamiento de poder"), text, case_file, actor)


@register_automatic("REG-014")
def revoke_power(case_file: CaseFile, actor: Actor) -> Document:
    """She takes back a power that she granted in this town hall, today; a later day is a clerk's."""
    if _day(case_file.data["effective_date"]) > timezone.localdate():
        raise DomainError(_("The power is to end on a later day: revoke it then."), code=CLERK)
    try:
        power = revoke_by_number(number=str(case_file.data["power_number"]), actor=actor)
    except DomainError as error:
        if error.code != "unknown":
            raise
        # perhaps it stands in another register, or on paper: a clerk looks
        raise DomainError(_("No power of the applicant has this number in the register."), code=CLERK) from error
    text = ("Ahalordea ezeztatu du. Gaurtik ez du balio.", "Ha revocado el poder. Desde hoy no vale.")
    return _answer(power, ("Ahalordea ezeztatzea", "Revocación de poder"), text, case_file, actor)


def _grantor(case_file: CaseFile, actor: Actor) -> Grantor:
    if not actor.person_id:
        raise DomainError(_("Identify yourself with a certificate or BakQ to grant a power."), code="level")
    person = Person.objects.get(pk=actor.person_id)
    if company := by_certificate(actor):
        return Grantor(person, company.name or company.nif, company.nif, PersonKind.LEGAL)
    party = CaseParty.objects.get(case_file=case_file)
    return Grantor(person, party.name, party.identifier)


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _answer(power: Power, title: Both, text: Both, case_file: CaseFile, actor: Actor) -> Document:
    return statement(
        title=title,
        text=text,
        party=power.grantor_name,
        party_identifier=power.grantor_identifier,
        lines=[
            (_NUMBER, power.number),
            (_AGENT, f"{power.agent_name} ({power.agent_identifier})"),
            (("Zertarako", "Para qué"), _scope(power)),
            (("Noiz arte", "Hasta"), both(lambda: date_format(power.valid_to, "DATE_FORMAT"))),
        ],
        reference=case_file.reference,
        language=case_file.language,
        actor=actor,
    )


def _scope(power: Power) -> Both:
    return both(lambda: ": ".join(filter(None, (str(Scope(power.scope).label), ", ".join(power.procedures)))))

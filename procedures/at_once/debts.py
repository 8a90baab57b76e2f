"""What the town hall charged, once more (TRI-002, TRI-003), and what is assessed at once (URB-004, VEH-001)."""

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from case_files.models import CaseFile, CaseParty
from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.municipalities.services import DomainError
from core.payments.constants import ChargeState
from core.payments.models import Charge
from core.payments.services import charges_of, euros
from procedures.automatic import CLERK, register_automatic
from procedures.services.statements import Both, both, extract


@register_automatic("TRI-002", companies=True)
def slip_again(case_file: CaseFile, actor: Actor) -> Document:
    """What she owes or has paid, once more: of a charge of this portal that she names by its reference. The bills of
    the tax rolls are not here yet, so that the rest is a clerk's."""
    owed = _named(case_file, actor)
    if owed.state == ChargeState.PAID and owed.receipt:
        return owed.receipt
    return _slip(owed, ("Ordainketa-gutuna", "Carta de pago"), case_file, actor)


@register_automatic("TRI-003", companies=True)
def proof_of_payment(case_file: CaseFile, actor: Actor) -> Document:
    """The sealed proof that was made when it was paid. What is not paid has none."""
    paid = _named(case_file, actor)
    if paid.state != ChargeState.PAID or paid.receipt is None:
        raise DomainError(_("No payment of this charge is written down here: look at the accounts."), code=CLERK)
    return paid.receipt


@register_automatic("URB-004", companies=True)
def self_assessment(case_file: CaseFile, actor: Actor) -> Document:
    """The self-assessment of the tax on works, worked out from what she declares (Norma Foral 10/1989, ICIO)."""
    return _slip(_assessed(case_file), ("Autolikidazioa", "Autoliquidación"), case_file, actor)


@register_automatic("VEH-001", companies=True)
def vehicle_assessment(case_file: CaseFile, actor: Actor) -> Document:
    """The self-assessment of a vehicle's first year (Norma Foral 7/1989, IVTM)."""
    return _slip(_assessed(case_file), ("Autolikidazioa", "Autoliquidación"), case_file, actor)


def _assessed(case_file: CaseFile) -> Charge:
    owed = next((one for one in charges_of(case_file.reference) if one.state == ChargeState.DUE), None)
    if owed is None:
        raise DomainError(_("What is owed could not be worked out from the answers: work it out."), code=CLERK)
    return owed


def _named(case_file: CaseFile, actor: Actor) -> Charge:
    """The one charge of hers, or of the company for which she acts, with this reference: its case file's, or the number
    of a slip or of a payment."""
    told = str(case_file.data.get("object_ref") or "").strip().upper()
    company = CaseParty.objects.filter(case_file=case_file, representatives__isnull=False).first()
    whose = {"payer_identifier": company.identifier} if company else {"person_id": actor.person_id or 0}
    hers = Charge.objects.filter(**whose).exclude(state=ChargeState.CANCELLED)
    hers = hers.filter(Q(case_reference=told) | Q(attempts__order=told)).select_related("receipt").distinct()
    found = list(hers) if told else []
    year = str(case_file.data["tax_year"])
    if len(found) != 1 or str(found[0].created_at.year) != year:
        raise DomainError(_("No charge of the applicant has this reference in that year: look for it."), code=CLERK)
    return found[0]


def _slip(owed: Charge, title: Both, case_file: CaseFile, actor: Actor) -> Document:
    """What is to be paid, until when and how."""
    return extract(
        kind=DocumentKind.COMMUNICATION,
        title=title,
        intro=(
            "Zenbateko hau ordaindu behar da, adierazitako eguna baino lehen. Herritarren karpetatik ordaindu daiteke.",
            "Hay que pagar este importe antes del día indicado. Se puede pagar desde la carpeta ciudadana.",
        ),
        lines=[
            (("Kontzeptua", "Concepto"), (owed.concept_eu, owed.concept_es)),
            (("Erreferentzia", "Referencia"), owed.case_reference),
            (("Nork", "Obligado al pago"), owed.payer_name),
            (("Zenbatekoa", "Importe"), both(lambda: euros(owed.amount_cents))),
            (("Azken eguna", "Último día"), both(lambda: date_format(owed.due_on, "DATE_FORMAT"))),
        ],
        holder=owed.payer_identifier or CaseParty.objects.get(case_file=case_file).identifier,
        reference=case_file.reference,
        language=case_file.language,
        actor=actor,
    )

"""Procedures that the census answers in the same visit."""

from django.utils.translation import gettext as _

from case_files.constants import Capacity
from case_files.models import CaseFile, CaseParty
from core.audit.constants import Level
from core.audit.services import Actor
from core.documents.models import Document
from core.documents.services import save_all
from core.municipalities.services import DomainError
from procedures.services import register_automatic

from .services.slips import slip_for

CLERK = "clerk"  # the code of a refusal that leaves the answer to a clerk


@register_automatic("PAD-006")
def individual_slip(case_file: CaseFile, actor: Actor) -> Document:
    """The applicant's own volante, saved and unrendered, where she is signed in and has proved once who she is.

    Anything else is a clerk's: another person's slip, an identity not proved, nobody found.
    """
    parties = list(CaseParty.objects.filter(case_file=case_file).select_related("person"))
    applicant = next((party for party in parties if party.capacity == Capacity.APPLICANT), None)
    if applicant is None or applicant.person is None or applicant.person_id != actor.person_id or len(parties) > 1:
        raise DomainError(_("The slip is asked for by somebody else: check the representation."), code=CLERK)
    if not actor.proved or actor.level < Level.ACCOUNT:
        raise DomainError(
            _("The applicant has not proved who she or he is. Prove it at the desk, and issue the slip there."),
            code=CLERK,
        )
    document = slip_for(
        person=applicant.person,
        purpose=str(case_file.data.get("purpose") or ""),
        language=str(case_file.data.get("document_language") or case_file.language),
        reference=case_file.reference,
        actor=actor,
    )
    save_all([document])
    return document

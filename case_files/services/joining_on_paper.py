"""Somebody who applies together with another and can't say so on line: she signs on paper at the desk."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from case_files.constants import Capacity, NotificationChannel
from case_files.models import CaseFile, CaseParty, Joining
from core.audit.services import Actor
from core.identity.constants import IdentifierKind
from core.identity.rights import require
from core.identity.services import find_person, normalise
from core.municipalities.services import DomainError, terms
from registry.models import Entry

from .base import live, lock, parties_of
from .correcting import RECEIVERS, Upload
from .joining import MAY_STILL, adhere, new_slug, what_was_filed

NUMBERS = (IdentifierKind.NIF, IdentifierKind.NIE)


@transaction.atomic
def join_on_paper(
    *,
    case_file: CaseFile,
    name: str,
    identifier_kind: str,
    identifier: str,
    email: str = "",
    uploads: Sequence[Upload],
    actor: Actor,
) -> Entry:
    """Register what somebody has signed on paper, scanned in `uploads`: she applies too, and is a party from now on.

    For whoever can't identify herself on line, named with the request or not; the clerk has seen who she is.
    """
    require(actor, *RECEIVERS)
    case_file, identifier = lock(case_file), normalise(identifier)
    live(case_file)
    if case_file.outcome:
        raise DomainError(_("This case file is already decided."), code="done")
    if not uploads:
        raise DomainError(_("Scan the paper that she or he has signed."), field="attachments")
    if any(party.identifier == identifier for party in parties_of(case_file)):
        raise DomainError(_("This person is in the case file already."), field="identifier")
    known = Joining.objects.select_for_update(of=("self",)).filter(case_file=case_file, identifier=identifier).first()
    if known and known.state not in MAY_STILL:
        raise DomainError(_("This person has answered already."), field="identifier")
    joining = known or _named_at_desk(case_file, name, identifier_kind, identifier, email)
    person = find_person(identifier_kind, identifier) if identifier_kind in NUMBERS else None
    party = CaseParty(
        person=person,
        capacity=Capacity.CO_APPLICANT,
        name=name,
        identifier_kind=identifier_kind,
        identifier=identifier,
        email=email or joining.email,
        channel=NotificationChannel.ELECTRONIC if person else NotificationChannel.PAPER,
        language=joining.language,
    )
    evidence = {
        "how": "paper",
        "documents": [document.csv for document, _version in uploads],
        "clerk": actor.name,
        "user": actor.user_id,
        "channel": str(actor.channel),
        "name": name,
        "identifier": identifier,
        "at": timezone.now().isoformat(),
    }
    return adhere(case_file, joining, party, what_was_filed(joining), evidence, uploads=uploads, actor=actor)


def _named_at_desk(case_file: CaseFile, name: str, kind: str, identifier: str, email: str) -> Joining:
    return Joining.objects.create(
        municipality_id=case_file.municipality_id,
        case_file=case_file,
        slug=new_slug(),
        name=name,
        identifier_kind=kind,
        identifier=identifier,
        email=email,
        language=case_file.language,
        due_on=terms.local_today(),
    )

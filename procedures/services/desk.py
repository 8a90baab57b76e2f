"""At the desk: an official files for somebody who has no means to do it herself (Ley 39/2015, art. 12.2)."""

import secrets
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.constants import ActorKind, Channel, Level
from core.audit.services import Actor, record
from core.documents.models import Document
from core.identity.constants import Role
from core.identity.models import Person
from core.identity.rights import require
from core.identity.services import roles_in
from core.municipalities.services import DomainError
from procedures.catalogue import Definition
from procedures.constants import Consent, DraftState
from procedures.models import Draft

from .drafts import DAYS_KEPT
from .statements import statement
from .towns import find_taken
from .uploads import attach

CONSENT = "consent"  # the type of the attachment on which she signed it
TEXT = (
    "Pertsonak berariaz onartzen du aurreko funtzionario gaituak bere ordez identifikatzea eta sinatzea eskaera "
    "honetan, horretarako baliabide elektronikorik ez duelako (39/2015 Legea, 12.2 artikulua).",
    "La persona consiente expresamente que el personal funcionario habilitado que figura abajo se identifique y firme "
    "por ella en esta solicitud, por no disponer de los medios electrónicos necesarios (Ley 39/2015, artículo 12.2).",
)


@transaction.atomic
def start_for(
    *,
    procedure: Definition,
    person: Person,
    consent: Consent,
    scan: "UploadedFile[Any] | None" = None,
    language: str,
    actor: Actor,
) -> Draft:
    """A draft that the clerk writes for a person whose identity is proved, and who has consented.

    DomainError where the town does not have the procedure on line, or the signed paper is missing or no good file.
    """
    require(actor, Role.REGISTRAR)
    if person.pk == actor.person_id:
        raise DomainError(_("Nobody files at the desk for herself: file it as a citizen."))
    offer = find_taken(actor.municipality_id or 0, procedure.code, at_desk=True)
    if offer is None:
        raise DomainError(_("This town hall does not offer this procedure on line."), code="off")
    if consent == Consent.PAPER and scan is None:
        raise DomainError(_("Scan the paper that she or he has signed."), field="scan")
    mine = Draft.objects.filter(user=actor.user_id, procedure=procedure.id, state=DraftState.OPEN)
    draft = Draft.objects.create(
        procedure_id=procedure.id,
        form_version_id=procedure.form.id,
        town_form_id=offer.town_form_id,
        user_id=actor.user_id,
        behalf_of=person,
        consent={"how": consent, "at": timezone.now().isoformat(timespec="seconds"), "clerk": actor.name},
        slug=secrets.token_urlsafe(15).replace("_", "a").replace("-", "b"),
        ordinal=(mine.aggregate(last=Max("ordinal"))["last"] or 0) + 1,
        language=language,
        expires_on=timezone.localdate() + timedelta(days=DAYS_KEPT),
    )
    if scan is not None and consent == Consent.PAPER:
        attach(draft=draft, type_code=CONSENT, file=scan, actor=actor)
    data = {"procedure": procedure.code, "consent": consent}
    record("procedures.begun_at_desk", actor=actor, target=person, subject=person.pk, data=data)
    return draft


def actor_for(draft: Draft, clerk: Actor) -> Actor | None:
    """The clerk as the one who files for the draft's person, whom she has identified; None where she is no registrar
    of this town today. `clerk`: the account of the session, which has passed its second factor."""
    roles = roles_in(clerk.user_id or 0, draft.municipality_id or 0)
    if Role.REGISTRAR not in roles:
        return None
    return Actor(
        kind=ActorKind.CLERK,
        channel=Channel.DESK,
        name=clerk.name,
        user_id=clerk.user_id,
        person_id=draft.behalf_of_id,
        municipality_id=draft.municipality_id,
        roles=frozenset(roles),
        level=Level.CERTIFICATE,
        proved=True,
        evidence={"desk": draft.consent},
    )


def consent_of(draft: Draft, *, party: str, party_identifier: str, language: str, actor: Actor) -> Document:
    """The sealed document of her consent, unsaved; where she signed on paper, its scan is among the attachments."""
    how = {
        Consent.PAPER: ("Paperean sinatuta; eskaneatua erantsita", "Firmado en papel; se adjunta escaneado"),
        Consent.SPOKEN: ("Testua irakurri edo entzun ondoren, ahoz", "De palabra, tras leer o escuchar este texto"),
    }
    return statement(
        title=("Leihatilan emandako baimena", "Consentimiento dado en ventanilla"),
        text=TEXT,
        party=party,
        party_identifier=party_identifier,
        lines=[(("Nola", "Cómo"), how[Consent(draft.consent["how"])])],
        clerk=draft.consent["clerk"],
        language=language,
        actor=actor,
    )


def drafts_at_desk(actor: Actor) -> list[Draft]:
    """Those that this clerk has begun for others and not sent yet."""
    drafts = Draft.objects.filter(user=actor.user_id, state=DraftState.OPEN, behalf_of__isnull=False)
    return list(drafts.select_related("procedure", "behalf_of").order_by("-saved_at"))

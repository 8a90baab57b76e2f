import logging
from pathlib import Path

import requests
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core.identity.constants import IdentifierKind
from core.identity.models import Person
from core.identity.services import proved_identifiers
from core.interoperability.answers import Answer, Away, Refused
from core.interoperability.constants import Basis
from core.interoperability.models import DataLookup
from core.municipalities.services import find_town

from .messages import IN_PROCESS, PROCESSED, Invalid, body_of, read
from .signing import envelope

logger = logging.getLogger(__name__)
TIMEOUT = (5, 30)
TYPES = {IdentifierKind.NIF: "NIF", IdentifierKind.NIE: "NIE"}
OTHER_MATTER = "99"  # the class of procedure that is none of the platform's own


class ScspGateway:
    """Each service's specific data are its own: what they say is for a clerk to read, so `holds` is never True here."""

    code = "scsp"

    def ask(self, lookup: DataLookup, person: Person) -> Answer:
        kind = lookup.about
        try:
            message = envelope(body_of(_values(lookup, person)), Path(settings.SCSP_KEY_FILE))
        except Invalid as error:
            raise Refused(str(error)) from error
        try:
            response = requests.post(
                f"{settings.SCSP_URL.rstrip('/')}/{kind.service}",
                message,
                headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"peticionSincrona"'},
                timeout=TIMEOUT,
            )
            told = read(response.content, request_id=lookup.request_id, certificate=kind.service)
        except (requests.RequestException, Invalid) as error:
            logger.warning("%s does not answer: %s", kind.service, error)
            raise Away(str(error)) from error
        if told.state in IN_PROCESS:
            raise Away(f"{kind.service} is still at it")
        if told.state != PROCESSED:
            raise Refused(told.text or told.state)
        return Answer(None, told.facts, kind.emitter_name)


def _values(lookup: DataLookup, person: Person) -> dict[str, str]:
    """What the protocol asks, by its own names; Refused where the person or the clerk has no number that it takes."""
    kind, town = lookup.about, find_town(lookup.municipality_id or 0).municipality
    number = next((one for one in proved_identifiers(person) if one.kind in TYPES), None)
    if number is None:
        raise Refused(_("The person has no NIF or NIE that is proved."))
    name, nif = settings.SCSP_OFFICIAL.rpartition(",")[::2]
    clerk = lookup.asked_by.person if lookup.asked_by else None
    numbers = [one.value for one in proved_identifiers(clerk) if one.kind in TYPES] if clerk else []
    if clerk and numbers:
        name, nif = str(clerk), numbers[0]
    return {
        "IdPeticion": lookup.request_id,
        "IdSolicitud": lookup.request_id,
        "TimeStamp": timezone.localtime().isoformat(timespec="milliseconds"),
        "CodigoCertificado": kind.service,
        "NifEmisor": kind.emitter,
        "NombreEmisor": kind.emitter_name,
        "IdentificadorSolicitante": town.nif,
        "NombreSolicitante": town.hall_es[:50],
        "UnidadTramitadora": town.hall_es,
        "CodigoUnidadTramitadora": town.dir3,
        "CodProcedimiento": lookup.procedure_code,
        "NombreProcedimiento": lookup.purpose[:100],
        "Automatizado": "N" if lookup.asked_by else "S",
        "ClaseTramite": OTHER_MATTER,
        "Finalidad": lookup.purpose,
        "Consentimiento": "Si" if lookup.basis == Basis.CONSENT else "Ley",
        "NombreCompletoFuncionario": name,
        "NifFuncionario": nif.strip(),
        "IdExpediente": lookup.case_reference,
        "TipoDocumentacion": TYPES[IdentifierKind(number.kind)],
        "Documentacion": number.value,
    }


GATEWAY = ScspGateway()

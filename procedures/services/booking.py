"""The hour of an appointment that is booked with a request, and its slip."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.timezone import localtime

from case_files.constants import DocumentRole
from case_files.models import CaseDocument, CaseFile
from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.notifications.models import OutboxRow
from procedures.constants import FieldType
from procedures.hours import Booked, take_hour

from .papers import Papers
from .parties import Sending
from .statements import both, extract

SLIP = "appointment_slip"  # of case_files/data/outputs.csv
ANONYMOUS = "anonymous"  # the question whose yes keeps her name from the desk


def hour_of(sending: Sending) -> str:
    """The hour that she chose, as the form sent it; empty where she chose none."""
    asked = (field.name for field in sending.filled.fields if field.type == FieldType.APPOINTMENT)
    chosen = (sending.filled.values.get(name) or {} for name in asked)
    return next((one["slot"] for one in chosen if "slot" in one), "")


def book_hour(sending: Sending, case_file: CaseFile, papers: Papers) -> tuple[Document | None, Sequence[OutboxRow]]:
    """Book the hour that she chose, if any: its slip, put among the unsaved `papers`, and the unsaved effects.

    Who asks discreetly is a mere number to the desk.
    """
    if not (hour := hour_of(sending)):
        return None, ()
    told, values = sending.filled.applicant, sending.filled.values
    hidden = sending.definition.discreet or values.get(ANONYMOUS) == "yes"
    phones = (values.get(one.name) for one in sending.filled.fields if one.type == FieldType.PHONE)
    booked = take_hour(
        procedure=sending.definition.code,
        answers=values,
        hour=hour,
        reference=case_file.reference,
        name=case_file.reference if hidden else _name(sending) or case_file.reference,
        email="" if sending.definition.discreet else told.email or values.get("contact_email", ""),
        phone="" if hidden else next(filter(None, phones), told.phone),
        language=sending.language,
        person_id=None if hidden else sending.actor.person_id,
        client=sending.client,
        actor=sending.actor,
    )
    slip = _slip(booked, case_file, sending.actor)
    papers.documents.append(slip)
    role = DocumentRole.OUTPUT if sending.definition.output == SLIP else DocumentRole.OTHER
    papers.links.append(CaseDocument(document=slip, role=role, type_code=SLIP))
    return slip, booked.effects


def _name(sending: Sending) -> str:
    if sending.draft.behalf_of_id:
        return str(sending.draft.behalf_of)
    return sending.filled.applicant.name or (sending.actor.name if sending.actor.proved else "")


def _slip(booked: Booked, case_file: CaseFile, actor: Actor) -> Document:
    at = localtime(booked.starts_at)
    return extract(
        kind=DocumentKind.COMMUNICATION,
        title=("Hitzorduaren egiaztagiria", "Justificante de la cita"),
        intro=(
            "Hitzordu hau hartu da eskaerarekin batera. Gero aldatzen bada, aldaketaren mezuak balio du.",
            "Con la solicitud se ha reservado esta cita. Si después cambia, vale el mensaje del cambio.",
        ),
        lines=[
            (("Zertarako", "Para qué"), (case_file.title_eu, case_file.title_es)),
            (("Zerbitzua", "Servicio"), booked.service),
            (("Eguna eta ordua", "Día y hora"), both(lambda: date_format(at, "DATETIME_FORMAT"))),
            (("Bulegoa", "Oficina"), booked.office),
            (("Helbidea", "Dirección"), booked.address),
            (("Zer ekarri", "Qué traer"), booked.bring if any(booked.bring) else ""),
        ],
        reference=case_file.reference,
        language=case_file.language,
        actor=actor,
    )

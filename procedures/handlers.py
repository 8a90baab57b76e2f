"""What the outbox does for this room."""

from typing import Any

from case_files.models import CaseFile
from core.audit.services import SYSTEM
from core.identity.models import Person
from core.identity.services import on_persons_merged
from core.notifications.services import notify, register_effect
from registry.models import Entry
from registry.services import number_of

from .models import Draft


def connect() -> None:
    """Called once, at start."""
    register_effect("procedures.arrived")(_arrived)
    on_persons_merged(_give_drafts)


def _give_drafts(provisional: int, person: int) -> None:
    Draft.objects.filter(person_id=provisional).update(person_id=person)


def _arrived(payload: dict[str, Any]) -> None:
    """Tell the applicant that her request has arrived."""
    case_file = CaseFile.objects.get(pk=payload["case_file"])
    entry = Entry.objects.select_related("book").filter(case_reference=case_file.reference).order_by("pk").first()
    number = number_of(entry) if entry else case_file.reference
    notify(
        person=Person.objects.filter(pk=payload["person"]).first(),
        email=payload["email"],
        language=payload["language"],
        subject_eu=f"Jaso dugu: {case_file.title_eu}",
        subject_es=f"Hemos recibido: {case_file.title_es}",
        body_eu=f"Zenbakia: {number}. Espedientea: {case_file.reference}. Zure karpetan ikus dezakezu nola doan.",
        body_es=f"Número: {number}. Expediente: {case_file.reference}. En tu carpeta puedes ver cómo va.",
        reference=case_file.reference,
        actor=SYSTEM,
    )

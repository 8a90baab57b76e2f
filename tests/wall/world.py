"""One row of everything in Mundaka: what a stranger must not reach."""

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.utils import timezone

from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseParty, CaseTask, CorrectionRequest, Joining
from census.constants import Sex, Variation
from census.models import Dwelling, Inscription, Movement, Resident
from core.audit.services import record
from core.documents.constants import DocumentKind, DocumentState
from core.documents.models import Document, DocumentVersion, VerificationCode
from core.documents.services import store
from core.municipalities.models import DayOff, Domain, Office, OpeningHours, PublicTownModel, TenantModel, Unit
from core.municipalities.scope import acting_for
from core.notifications.models import Notification, OutboxRow
from core.payments.models import Charge, GatewayMessage, PaymentAttempt, PaymentMethod, Refund, ReturnFile, Tariff
from core.representation.models import Power
from core.signing.models import Signature, SigningAttempt, SigningRequest
from core.territory.models import Street
from procedures.catalogue import publish_forms
from procedures.models import Draft, FormVersion, Procedure, TownProcedure, WorkflowStep, WorkflowTemplate
from registry.constants import BookKind
from registry.services import register
from tests.cast import Cast
from town_hall.appointments.models import Booking, Desk, DeskException, DeskHours, DeskService, Rules, Service
from town_hall.appointments.tokens import give_token

SECRET = "Zubizarretatik"  # stands in every row's text: no page of another town or person may show it

STEPS = ("submit", "register_in", "receipt", "handle", "close")


def build(cast: Cast) -> dict[str, Any]:
    """Makes the rows and returns what addresses need of them, by the name of their parameter."""
    procedure = make_procedure()
    with acting_for(cast.mundaka.pk):
        unit = Unit.objects.filter(municipality=cast.mundaka).first()
        made = _case(cast, unit) | _census(cast) | {"procedure": procedure}
        TownProcedure.objects.create(procedure=procedure, notes_eu=SECRET, notes_es=SECRET)
        version = FormVersion.objects.create(
            procedure=procedure, number=2, digest="0" * 16, definition={"fields": [], "documents": []}
        )
        draft = Draft.objects.create(
            procedure=procedure,
            form_version=version,
            user=cast.ane,
            person=cast.ane.person,
            slug="draft0000000000000000000",
            data={"1": {"a": [SECRET]}},
            expires_on=timezone.localdate() + timedelta(days=90),
        )
        Domain.objects.create(host="mundaka.example")
        office = Office.objects.create(name_eu=SECRET, name_es=SECRET, address=SECRET)
        OpeningHours.objects.create(office=office, weekday=0, opens="09:00", closes="14:00")
        made |= _appointment(cast, office)
        DayOff.objects.create(day=date(2026, 6, 29), name_eu=SECRET, name_es=SECRET)
    return made | {"draft": draft, "office": office, "unit": unit}


def make_procedure() -> Procedure:
    from procedures.models import Family

    family = Family.objects.create(prefix="REG", slug="registro", name_eu="Erregistroa", name_es="Registro")
    WorkflowStep.objects.bulk_create(WorkflowStep(code=code, name_eu=code, name_es=code) for code in STEPS)
    template = WorkflowTemplate.objects.create(
        code="REGI",
        initiation="application",
        steps=[{"code": code, "optional": False} for code in STEPS],
    )
    procedure = Procedure.objects.create(
        code="REG-001", family=family, workflow=template, name_eu="Eskabide orokorra", name_es="Instancia general"
    )
    publish_forms([procedure.pk])
    return procedure


def _case(cast: Cast, unit: Unit) -> dict[str, Any]:
    document = Document.objects.create(
        kind=DocumentKind.RESOLUTION, title_eu=SECRET, title_es=SECRET, csv="0123456789ABCDEFGHJKMNPQRS",
        state=DocumentState.READY,
    )  # fmt: skip
    blob = store(cast.mundaka.pk, b"%PDF-1.7 " + SECRET.encode())
    version = DocumentVersion.objects.create(
        document=document,
        file_name="document.pdf",
        mime="application/pdf",
        size=blob.size,
        sha256=blob.sha256,
        sealed_at=timezone.now(),
    )
    VerificationCode.objects.create(csv=document.csv, municipality=cast.mundaka, document_id=document.pk)
    case_file = CaseFile.objects.create(
        reference="MUN-2026-000001", procedure_code="REG-001", title_eu=SECRET, title_es=SECRET, summary=SECRET,
        unit=unit, step="handle", due_on=timezone.localdate() + timedelta(days=20),
        workflow=[
            {"code": code, "optional": False, "names": {"eu": code, "es": code, "en": code}, "state": state, "on": None}
            for code, state in (("submit", "done"), ("handle", ""), ("close", ""))
        ],
    )  # fmt: skip
    party = CaseParty.objects.create(case_file=case_file, person=cast.ane.person, name=SECRET)
    task = CaseTask.objects.create(case_file=case_file, step="handle", unit=unit)
    CaseDocument.objects.create(case_file=case_file, document=document, role="attachment")
    notification = Notification.objects.create(
        person=cast.ane.person, legal=True, subject_eu=SECRET, subject_es=SECRET, body_eu=SECRET, body_es=SECRET,
        reference=case_file.reference, document=document, state="available", available_at=timezone.now(),
        lapses_on=timezone.localdate() + timedelta(days=10),
    )  # fmt: skip
    correction = CorrectionRequest.objects.create(
        case_file=case_file, items=[{"text_eu": SECRET, "text_es": SECRET}], notification=notification
    )
    CaseEvent.objects.create(case_file=case_file, code="opened", actor_name=SECRET, document=document)
    charge = _money(cast, case_file, document)
    signing = _signing(cast, case_file, version)
    power = Power.objects.create(
        number="PW-00000000", grantor_name=SECRET, granted_by=cast.ane.person, agent_name=SECRET, evidence="web",
        agent_identifier="87654321X", valid_to=timezone.localdate() + timedelta(days=20), proof=document,
    )  # fmt: skip
    effect = OutboxRow.objects.create(kind="documents.render", key="w", payload={"document": document.pk})
    receipt = Document.objects.create(
        kind=DocumentKind.RECEIPT, title_eu=SECRET, title_es=SECRET, csv="0123456789ABCDEFGHJKMNPQRT",
        context={"lines": [{"label": {"eu": SECRET, "es": SECRET}, "value": SECRET}]},
    )  # fmt: skip
    entry = register(
        kind=BookKind.ENTRY, summary=SECRET, party={"name": SECRET}, person=cast.ane.person, content={"a": SECRET},
        case_reference=case_file.reference, language="eu", key="world", actor=cast.citizen(cast.ane),
        attachments=[{"document": document.csv}], receipt=receipt,
    )  # fmt: skip
    joining = Joining.objects.create(
        case_file=case_file, slug="joining00000000000000000", name=SECRET, identifier_kind="nif",
        identifier="12345678Z", email="ane@example.eus", due_on=timezone.localdate() + timedelta(days=10),
    )  # fmt: skip
    audit = record("case_files.read", actor=cast.clerk(), target=case_file, subject=cast.ane.person_id, reason=SECRET)
    return {
        "case_file": case_file, "party": party, "task": task, "document": document, "notification": notification,
        "correction": correction, "effect": effect, "entry": entry, "audit": audit, "charge": charge, "power": power,
        "joining": joining,
        "signing": signing,
    }  # fmt: skip


def _money(cast: Cast, case_file: CaseFile, document: Document) -> Charge:
    charge = Charge.objects.create(
        person=cast.ane.person, payer_name=SECRET, concept_eu=SECRET, concept_es=SECRET, amount_cents=4500,
        case_reference=case_file.reference, key="world", due_on=timezone.localdate() + timedelta(days=20),
        state="paid", paid_at=timezone.now(), receipt=document,
    )  # fmt: skip
    for gateway in ("bank_slip", "demo"):
        PaymentMethod.objects.create(gateway=gateway, issuer="480640", suffix="501")
        attempt = PaymentAttempt.objects.create(
            charge=charge, gateway=gateway, order=f"{gateway}1", amount_cents=4500, document=document, state="sent"
        )
    GatewayMessage.objects.create(attempt=attempt, kind="notification", raw={"a": SECRET}, accepted=True)
    Refund.objects.create(attempt=attempt, amount_cents=100, reason=SECRET)
    ReturnFile.objects.create(sha256="0" * 64, name=SECRET)
    Tariff.objects.create(procedure_code="REG-001", amount=3, ordinance_eu=SECRET, ordinance_es=SECRET)
    return charge


def _signing(cast: Cast, case_file: CaseFile, version: DocumentVersion) -> SigningRequest:
    request = SigningRequest.objects.create(
        document=version.document, person=cast.ane.person, name=SECRET, about=SECRET, asked_by=SECRET,
        case_reference=case_file.reference,
    )  # fmt: skip
    SigningAttempt.objects.create(
        request=request, method="code", version=version, reason=SECRET, state="failed", expires_at=timezone.now()
    )
    Signature.objects.create(
        request=request, person=cast.ane.person, name=SECRET, case_reference=case_file.reference, method="code",
        sha256=version.sha256, version=version, proof=version.document, statement=SECRET, evidence={"a": SECRET},
    )  # fmt: skip
    return request


def _census(cast: Cast) -> dict[str, Any]:
    street = Street.objects.create(code="00001", name=SECRET, name_norm="zubizarreta")
    dwelling = Dwelling.objects.create(street=street, number="1", sheet="1")
    resident = Resident.objects.create(
        person=cast.ane.person, nia="1", given_name="Ane", surname1=SECRET, name_norm="ane", sex=Sex.FEMALE,
        born_on=date(1990, 1, 1), birth_province="48", birth_place="064", identifier="12345678Z", identifier_type="1",
    )  # fmt: skip
    Inscription.objects.create(
        resident=resident, dwelling=dwelling, starts_on=date(2000, 1, 1), begun_by=Variation.ARRIVAL
    )
    Movement.objects.create(resident=resident, variation=Variation.ARRIVAL, effective_on=date(2000, 1, 1))
    return {"street": street, "dwelling": dwelling, "resident": resident}


def _appointment(cast: Cast, office: Office) -> dict[str, Any]:
    names = {"name_eu": SECRET, "name_es": SECRET, "name_en": SECRET}
    service = Service.objects.create(**names, bring_eu=SECRET)
    desk = Desk.objects.create(office=office, **names)
    DeskService.objects.create(desk=desk, service=service)
    DeskHours.objects.create(desk=desk, weekday=0, opens="09:00", closes="14:00")
    DeskException.objects.create(starts_on=date(2026, 6, 29), ends_on=date(2026, 6, 29), reason=SECRET)
    Rules.objects.create()
    start = timezone.now() + timedelta(days=3)
    booking = Booking(
        service=service, desk=desk, starts_at=start, ends_at=start + timedelta(minutes=15), person=cast.ane.person,
        name=SECRET, key="world", forget_on=timezone.localdate() + timedelta(days=90),
    )  # fmt: skip
    give_token(booking)
    booking.save()
    return {"booking": booking}


def walled_admin_models() -> list[type[Any]]:
    """The models of the clerks' site whose rows belong to a town."""
    return [
        m for m in apps.get_models() if admin.site.is_registered(m) and issubclass(m, TenantModel | PublicTownModel)
    ]

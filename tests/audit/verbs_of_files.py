"""How the verbs with which a file leaves its template are called once, and those of workflows and of the desk."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from django.core.management import call_command
from django.utils import timezone

from case_files import services as case_files
from case_files.constants import LinkKind
from case_files.models import CaseDocument, CaseFile, CaseParty, CaseTask
from case_files.services import fees, joining, reaching, waiting
from core.audit.constants import Level
from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.documents.services import new_upload, store
from core.identity.models import Person, PersonIdentifier
from core.municipalities.models import Unit
from core.municipalities.services import terms
from core.notifications.services import choose
from procedures.catalogue import find_definition
from procedures.constants import Consent
from procedures.models import WorkflowTemplate
from procedures.services import (
    desk,
    draft_workflow,
    enable_procedures,
    forget_definitions,
    forget_town_procedures,
    publish_workflow,
)
from registry.constants import BookKind
from registry.services import register
from tests.case_files.files import open_task, opened, walk_to
from tests.cast import Cast

Act = Callable[[], object]
JON = "87654321X"


def catalogue(cast: Cast) -> None:
    call_command("load_catalogue", verbosity=0)
    enable_procedures(cast.mundaka.pk)
    forget_definitions()
    forget_town_procedures()


def linked(cast: Cast) -> Act:
    return partial(case_files.link, opened(cast), opened(cast), LinkKind.RELATED, actor=cast.clerk())


def related(cast: Cast) -> Act:
    return partial(
        case_files.relate, case_file=opened(cast), other=opened(cast), kind=LinkKind.RELATED, actor=cast.clerk()
    )


def handed(cast: Cast) -> Act:
    task, there = open_task(opened(cast)), Unit.objects.get(municipality=cast.mundaka, code="secretariat")
    return partial(case_files.hand_to_unit, task=task, unit=there, note="Zuena da", actor=cast.clerk())


def add_plan(case_file: CaseFile, cast: Cast) -> Document:
    stored = store(cast.mundaka.pk, b"%PDF-1.7\n%%EOF")
    upload = new_upload(kind="TD03", title="Plan", stored=stored, file_name="plan.pdf", actor=cast.clerk())
    return case_files.add_document(case_file=case_file, upload=upload, actor=cast.clerk())


def reporting(cast: Cast) -> CaseTask:
    return walk_to(opened(cast), "technical_report", cast.clerk())


def report_awaited(cast: Cast) -> Act:
    ask = case_files.suspend_for_report(task=reporting(cast), actor=cast.clerk())
    return partial(waiting.report_arrived, CaseFile.objects.get(pk=ask.case_file_id), ask.step, actor=cast.clerk())


def silent(cast: Cast) -> Act:
    case_file = opened(cast)
    CaseFile.objects.filter(pk=case_file.pk).update(due_on=terms.local_today() - timedelta(days=1))
    return partial(case_files.certify_silence, case_file=case_file, actor=cast.clerk())


def reached(cast: Cast) -> Act:
    opened(cast)
    return partial(
        reaching.reach_party, person_id=cast.ane.person_id, changes={"channel": "paper"}, actor=cast.citizen(cast.ane)
    )


def fee_found(cast: Cast) -> Act:
    return partial(
        fees.charge_fee, opened(cast), amount_cents=3000, concept={"eu": "Tasa", "es": "Tasa"}, actor=cast.clerk()
    )


def licence(cast: Cast) -> WorkflowTemplate:
    catalogue(cast)
    return WorkflowTemplate.objects.get(code="LICE")


def workflow_drafted(cast: Cast) -> Act:
    changes = {"steps": {"inspection": {"use": "always"}}}
    return partial(draft_workflow, template=licence(cast), changes=changes, actor=cast.clerk())


def workflow_published(cast: Cast) -> Act:
    workflow_drafted(cast)()
    return partial(publish_workflow, template=WorkflowTemplate.objects.get(code="LICE"), actor=cast.clerk())


def begun_at_desk(cast: Cast) -> Act:
    catalogue(cast)
    definition = find_definition("REG-001")
    assert definition
    return partial(
        desk.start_for, procedure=definition, person=cast.ane.person, consent=Consent.SPOKEN, language="eu",
        actor=cast.clerk(),
    )  # fmt: skip


def asked_to_join(cast: Cast) -> joining.Joining:
    """Jon, who has proved his number since, is named in a petition of Ane's."""
    case_file, jon = opened(cast, "REGI", code="REG-016"), cast.jon.person
    assert jon
    Person.objects.filter(pk=jon.pk).update(proved_at=timezone.now())
    PersonIdentifier.objects.get_or_create(person=jon, kind="nif", value=JON)
    paper = Document.objects.create(kind=DocumentKind.OTHER, title_eu="x", title_es="x", csv="PLAN")
    receipt = Document.objects.create(
        kind=DocumentKind.RECEIPT, title_eu="x", title_es="x", csv="RECEIPT", context={"lines": []}
    )
    CaseDocument.objects.create(case_file=case_file, document=paper, role="attachment")
    register(
        kind=BookKind.ENTRY, summary="x", party={}, content={}, attachments=[{"document": "PLAN"}], receipt=receipt,
        case_reference=case_file.reference, language="eu", key="joint", actor=cast.citizen(cast.ane),
    )  # fmt: skip
    asking(cast, case_file)()
    return joining.Joining.objects.select_related("case_file").get()


def asking(cast: Cast, case_file: CaseFile) -> Act:
    jon = {"name": "Jon Aldana", "identifier_kind": "nif", "identifier": JON, "email": "jon@example.eus"}
    return partial(
        case_files.ask_to_join, case_file=case_file, persons=[jon], days=10, level=Level.CERTIFICATE, language="eu",
        actor=cast.citizen(cast.ane),
    )  # fmt: skip


def jon(cast: Cast) -> Actor:
    return replace(cast.citizen(cast.jon), proved=True)


def joins(cast: Cast) -> Act:
    row = asked_to_join(cast)
    return partial(joining.join, joining=row, sha256=joining.what_was_filed(row).sha256, actor=jon(cast))


def joins_on_paper(cast: Cast) -> Act:
    row = asked_to_join(cast)
    signed = new_upload(
        kind=DocumentKind.CITIZEN_COMMUNICATION, title="p", stored=store(cast.mundaka.pk, b"%PDF-1.7"),
        file_name="p.pdf", mime="application/pdf", language="eu", actor=cast.clerk(),
    )  # fmt: skip
    return partial(
        case_files.join_on_paper, case_file=row.case_file, name=row.name, identifier_kind="nif",
        identifier=row.identifier, uploads=[signed], actor=cast.clerk(),
    )  # fmt: skip


def signature_asked(cast: Cast) -> Act:
    case_file = opened(cast)
    document = add_plan(case_file, cast)
    party = CaseParty.objects.get(case_file=case_file)
    return partial(case_files.ask_signature, case_file=case_file, document=document, party=party, actor=cast.clerk())


def signature_cancelled(cast: Cast) -> Act:
    request = signature_asked(cast)()
    case_file = CaseFile.objects.latest("pk")
    return partial(
        case_files.cancel_signature,
        case_file=case_file,
        slug=request.slug,
        reason="Oker",
        actor=cast.clerk(),  # type: ignore[attr-defined]
    )


ACTS: dict[str, Callable[[Cast], Act]] = {
    "case_files.add_step": lambda cast: partial(
        case_files.add_step, case_file=opened(cast), code="environment_report", actor=cast.clerk()
    ),
    "case_files.certify_silence": silent,
    "case_files.charge_fee": fee_found,
    "case_files.ask_to_join": lambda cast: asking(cast, opened(cast)),
    "case_files.join": joins,
    "case_files.join_on_paper": joins_on_paper,
    "case_files.note_seen": lambda cast: partial(joining.note_seen, asked_to_join(cast), actor=jon(cast)),
    "case_files.paper_of": lambda cast: partial(joining.paper_of, asked_to_join(cast), "PLAN", actor=jon(cast)),
    "case_files.refuse": lambda cast: partial(joining.refuse, joining=asked_to_join(cast), actor=jon(cast)),
    "case_files.hand_to_unit": handed,
    "case_files.link": linked,
    "case_files.move_appointment": lambda cast: partial(
        case_files.move_appointment, reference=opened(cast).reference, actor=cast.clerk()
    ),
    "case_files.end_appointment": lambda cast: partial(
        case_files.end_appointment, reference=opened(cast).reference, code="appointment_missed", actor=cast.clerk()
    ),
    "case_files.open_hearing": lambda cast: partial(
        case_files.open_hearing, case_file=opened(cast), actor=cast.clerk()
    ),
    "case_files.reach_party": reached,
    "case_files.relate": related,
    "case_files.report_arrived": report_awaited,
    "case_files.ask_signature": signature_asked,
    "case_files.cancel_signature": signature_cancelled,
    "case_files.suspend_for_report": lambda cast: partial(
        case_files.suspend_for_report, task=reporting(cast), actor=cast.clerk()
    ),
    "case_files.warn_of_lapse": lambda cast: partial(
        case_files.warn_of_lapse, case_file=opened(cast), text="Ekarri planoa", actor=cast.clerk()
    ),
    "core.notifications.choose": lambda cast: partial(
        choose,
        person_id=cast.ane.person_id,
        case_reference="X",
        chosen={"channel": "paper"},
        actor=cast.citizen(cast.ane),
    ),
    "procedures.draft_workflow": workflow_drafted,
    "procedures.publish_workflow": workflow_published,
    "procedures.start_for": begun_at_desk,
}

"""How the verbs with which a file leaves its template are called once, and those of workflows and of the desk."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.core.management import call_command

from case_files import services as case_files
from case_files.constants import LinkKind
from case_files.models import CaseFile, CaseTask
from case_files.services import fees, reaching, waiting
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
from tests.case_files.files import opened, walk_to
from tests.cast import Cast

Act = Callable[[], object]


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


ACTS: dict[str, Callable[[Cast], Act]] = {
    "case_files.add_step": lambda cast: partial(
        case_files.add_step, case_file=opened(cast), code="environment_report", actor=cast.clerk()
    ),
    "case_files.certify_silence": silent,
    "case_files.charge_fee": fee_found,
    "case_files.link": linked,
    "case_files.open_hearing": lambda cast: partial(
        case_files.open_hearing, case_file=opened(cast), actor=cast.clerk()
    ),
    "case_files.reach_party": reached,
    "case_files.relate": related,
    "case_files.report_arrived": report_awaited,
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

"""What a file ends with where the decision is not yet it: the entry that was made, the payment, the contract."""

from django.utils.translation import gettext_noop

from case_files.constants import DocumentRole
from case_files.models import CaseFile, CaseTask
from case_files.outputs import output_of
from core.audit.services import Actor

from .papers import draw_up, filing, said, signed, unit_names
from .telling import tell
from .workflow import ISSUE, register_step

DONE = gettext_noop("What you asked for has been done.")


@register_step(ISSUE)
def issue_output(case_file: CaseFile, task: CaseTask | None, actor: Actor) -> str | None:
    """Make the sealed document that says that it is done, and tell the parties."""
    output = output_of(case_file.output)
    if output is None:
        return None
    title = {key: output.names[key] for key in ("eu", "es")}
    document = draw_up(
        case_file,
        template="answer",
        kind=output.kind,
        role=DocumentRole.OUTPUT,
        title=title,
        type_code=output.code,
        context={"text": dict(output.done) or said(DONE), **signed(actor, unit_names(case_file)), **filing(case_file)},
        language="bi",
        visible=True,
        actor=actor,
    )
    tell(case_file, subject=title, document=document, legal=False, actor=actor)
    return None

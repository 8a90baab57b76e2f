"""Reports, proposals, fees, and the decision: the verbs that leave a sealed document."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from case_files.constants import ActionForm, DocumentRole, Outcome, State, StepState, TaskState
from case_files.models import CaseDocument, CaseFile, CaseTask
from case_files.outputs import output_of
from case_files.steps import StepRule, rule_of
from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError, terms

from .asking import check_outcome
from .base import FILE_ENDED, end_joinings, live, lock, stop_signing
from .engine import end_task, open_task
from .fees import cancel_unpaid, charge_fee
from .handling import begin, go_on, names_of
from .papers import Text, bilingual, draw_up, filing, in_both, language_of, said, signed, unit_names
from .telling import enter_exit, tell
from .visits import free_visits
from .waiting import report_arrived
from .workflow import FAVOURABLE, find, is_refused, mark

# what ends a file at any step, without what was asked being decided
EARLY = (Outcome.WITHDRAWN, Outcome.LAPSED, Outcome.INADMISSIBLE)
MAYOR = gettext_noop("Mayor's office")
ORDINANCE = gettext_noop("By-law on fees of the town hall")


@transaction.atomic
def write_report(
    *, task: CaseTask, text: Text, optional_next: Collection[str] = (), actor: Actor, seen: int | None = None
) -> Document:
    """Report on the file; sealed, and not shown to the parties until the file is decided."""
    return _writing(task, text, ActionForm.REPORT, optional_next=optional_next, actor=actor, seen=seen)


@transaction.atomic
def propose(
    *,
    task: CaseTask,
    outcome: Outcome,
    text: Text,
    optional_next: Collection[str] = (),
    actor: Actor,
    seen: int | None = None,
) -> Document:
    """Propose a decision to the body that resolves; sealed, an internal act."""
    return _writing(
        task, text, ActionForm.PROPOSAL, outcome=outcome, optional_next=optional_next, actor=actor, seen=seen
    )


class Proposal(NamedTuple):
    """What was proposed; `text` is {eu, es}, or only the language it was written in."""

    outcome: str
    text: Mapping[str, str]


def proposed(case_file: CaseFile) -> Proposal | None:
    """The last proposal of the file, for whoever decides to start from."""
    rows = CaseDocument.objects.filter(case_file=case_file, role=DocumentRole.PROPOSAL).select_related("document")
    if (place := rows.order_by("-pk").first()) is None or "proposes" not in place.document.context:
        return None
    text = place.document.context["text"]
    return Proposal(place.document.context["proposes"], text if isinstance(text, dict) else {case_file.language: text})


def _begin_with(form: ActionForm, task: CaseTask, *, actor: Actor, seen: int | None) -> tuple[CaseFile, CaseTask]:
    """Begin a step that leaves this kind of document; another one is refused."""
    case_file, task, rule = begin(task, actor=actor, seen=seen)
    if rule.form != form:
        raise DomainError(_("This step is not done with that document."), code="wrong_step")
    return case_file, task


def _writing(
    task: CaseTask,
    text: Text,
    form: ActionForm,
    *,
    outcome: Outcome | None = None,
    optional_next: Collection[str],
    actor: Actor,
    seen: int | None,
) -> Document:
    case_file, task = _begin_with(form, task, actor=actor, seen=seen)
    names = titles_of(case_file, task.step)
    context: dict[str, Any] = {"text": _written(text, case_file), **signed(actor, unit_names(case_file))}
    if form == ActionForm.REPORT:
        context["subject"] = names
    else:
        # the code is here and not in the history, which the parties read
        context |= {"outcome": said(outcome.label), "proposes": outcome.value} if outcome else {"outcome": names}
    document = draw_up(
        case_file,
        template="report" if form == ActionForm.REPORT else "proposal",
        kind=DocumentKind.REPORT,
        role=DocumentRole.REPORT if form == ActionForm.REPORT else DocumentRole.PROPOSAL,
        title=names,
        context=context,
        language=language_of(text, case_file),
        visible=False,
        actor=actor,
    )
    code = "report_written" if form == ActionForm.REPORT else "proposed"
    go_on(case_file, task, code=code, optional_next=optional_next, actor=actor, document=document)
    if case_file.suspended_since:
        report_arrived(case_file, task.step, actor=actor)
    return document


@transaction.atomic
def note_fee(
    *,
    task: CaseTask,
    amount_cents: int,
    payable_until: date | None = None,
    optional_next: Collection[str] = (),
    actor: Actor,
    seen: int | None = None,
) -> Document | None:
    """Note what is due, in euro cents: it is charged, and the citizen gets the notice; with none the history says so.

    What was charged before and is not paid gives way to it.
    """
    case_file, task = _begin_with(ActionForm.FEE, task, actor=actor, seen=seen)
    if amount_cents < 0:
        raise DomainError(_("Write the amount in euros, zero or more."), field="amount")
    case_file.fee_cents = amount_cents
    title = {"eu": case_file.title_eu, "es": case_file.title_es, "en": case_file.title_en}
    charged = charge_fee(case_file, amount_cents=amount_cents, concept=title, due_on=payable_until, actor=actor)
    params: dict[str, object] = {"cents": amount_cents}
    if not amount_cents:
        go_on(case_file, task, code="fee_none", params=params, optional_next=optional_next, actor=actor)
        return None
    until = charged.due_on if charged else payable_until
    document, until = _fee_notice(case_file, task.step, amount_cents, until, actor=actor)
    params["until"] = until.isoformat()
    go_on(case_file, task, code="fee_due", params=params, optional_next=optional_next, actor=actor, document=document)
    return document


def _fee_notice(
    case_file: CaseFile, step: str, amount_cents: int, until: date | None, *, actor: Actor
) -> tuple[Document, date]:
    """The notice of what is due, in the citizen's folder at once; a month to pay where no day is given."""
    until = until or terms.add_months(terms.local_today(), 1, towns=(case_file.municipality_id,))
    title = titles_of(case_file, step)
    document = draw_up(
        case_file,
        template="fee_notice",
        kind=DocumentKind.COMMUNICATION,
        role=DocumentRole.OUTPUT,
        title=title,
        context={
            "concept": title,
            "amount_cents": amount_cents,
            "payable_until": until.isoformat(),
            "ordinance": said(ORDINANCE),
        },
        language="bi",
        visible=True,
        actor=actor,
    )
    subject = said(gettext_noop("There is a fee to pay"))
    tell(case_file, subject=subject, document=document, legal=False, actor=actor)
    return document, until


@transaction.atomic
def resolve(
    *,
    case_file: CaseFile,
    outcome: Outcome,
    text: Text,
    optional_next: Collection[str] = (),
    actor: Actor,
    seen: int | None = None,
) -> Document:
    """Decide the file: sealed resolution or answer, legal notification, effects, and last the exit entry.

    At its deciding step any outcome; at any other only what ends a file early, and only by a signatory (arts. 21.1,
    68.1 and 94). An effect that a room refuses (DomainError) refuses the decision. Where what was asked is not granted,
    the hour that was booked with it is given back.
    """
    case_file = lock(case_file, seen=seen)
    live(case_file)
    if case_file.outcome:
        raise DomainError(_("This case file is already decided."), code="done")
    check_outcome(case_file, outcome)
    task = _deciding_task(case_file, outcome, actor=actor)
    case_file, task, rule = begin(task, actor=actor)
    if not any(in_both(text, case_file.language).values()):
        raise DomainError(_("Write the reasons: the citizen reads them."), field="text_eu")
    document, title = _decision(case_file, rule, outcome, text, actor=actor)
    case_file.outcome, case_file.resolved_at, case_file.state = outcome, timezone.now(), State.RESOLVED
    case_file.suspended_since = None
    if outcome in EARLY:
        cancel_unpaid(case_file, reason=bilingual(outcome.label))
        stop_signing(case_file, FILE_ENDED, actor=actor)
    end_joinings(case_file, actor=actor)
    if is_refused(case_file):
        free_visits(case_file, actor=actor)
    sent = tell(case_file, subject=title, document=document, legal=rule.notifies, actor=actor)
    go_on(
        case_file,
        task,
        code="resolved",
        optional_next=optional_next,
        actor=actor,
        document=document,
        notification=sent[0] if sent else None,
    )
    if rule.notifies or find(case_file, "register_out"):
        enter_exit(case_file, documents=[document], subject=title, key="decision", actor=actor)
    return document


def _deciding_task(case_file: CaseFile, outcome: Outcome, *, actor: Actor) -> CaseTask:
    """The open task at which the file is decided; an early end skips what stands before the decision."""
    tasks = CaseTask.objects.filter(case_file=case_file, state=TaskState.OPEN).select_related("case_file")
    if task := next((task for task in tasks if rule_of(task.step).decides), None):
        return task
    if outcome not in EARLY:
        raise DomainError(_("The case file is not ready to be decided: finish the steps before it."), code="too_early")
    require(actor, Role.SIGNATORY)
    return skip_to_decision(case_file, actor=actor)


def skip_to_decision(case_file: CaseFile, *, actor: Actor, said: Mapping[str, str] | None = None) -> CaseTask:
    """Pass over every step before the decision, and open its task; the caller saves the file."""
    today = terms.local_today()
    for task in CaseTask.objects.select_for_update().filter(case_file=case_file, state=TaskState.OPEN):
        end_task(task, actor=actor, state=TaskState.SKIPPED)
    for step in case_file.workflow:
        if rule_of(step["code"]).decides:
            case_file.step = step["code"]
            case_file.state = State.OPEN
            case_file.save(update_fields=["workflow", "step", "state"])
            return open_task(case_file, step["code"], said=said or {})
        if step["state"] in (StepState.TO_DO, StepState.CHOSEN):
            mark(step, StepState.SKIPPED, today)
    raise DomainError(_("This kind of case file is not decided: close it instead."), code="no_decision")


def _decision(
    case_file: CaseFile, rule: StepRule, outcome: Outcome, text: Text, *, actor: Actor
) -> tuple[Document, Mapping[str, str]]:
    """The sealed document of the decision; the parties read it once they have been notified."""
    is_answer = rule.form == ActionForm.ANSWER and outcome not in EARLY
    output = output_of(case_file.output) if outcome in FAVOURABLE else None
    if output and output.done:  # it comes once the effect is there
        output = None
    if output:
        title: Mapping[str, str] = {key: output.names[key] for key in ("eu", "es")}
    else:
        title = said(gettext_noop("Answer to your request")) if is_answer else titles_of(case_file, rule.code)
    context: dict[str, Any] = {"text": _written(text, case_file)}
    if is_answer:
        context |= {**signed(actor, unit_names(case_file)), **filing(case_file)}
    else:
        mayor = said(MAYOR)
        context |= {**signed(actor, mayor), "body": mayor, "outcome": said(outcome.label), "ends_path": True}
    document = draw_up(
        case_file,
        template="answer" if is_answer else "resolution",
        kind=output.kind if output else DocumentKind.COMMUNICATION if is_answer else DocumentKind.RESOLUTION,
        role=DocumentRole.RESOLUTION,
        type_code=output.code if output else "",
        title=title,
        context=context,
        language=language_of(text, case_file),
        visible=not rule.notifies,
        actor=actor,
    )
    return document, title


def titles_of(case_file: CaseFile, code: str) -> dict[str, str]:
    """The step's name as a title in both languages."""
    names = names_of(case_file, code)
    return {key: names.get(key) or code for key in ("eu", "es")}


def _written(text: Text, case_file: CaseFile) -> str | dict[str, str]:
    """What a clerk wrote: in one language as it is, in both as {eu, es}."""
    both = in_both(text, case_file.language)
    return (
        both
        if language_of(text, case_file) == "bi"
        else both[case_file.language if case_file.language in both else "eu"]
    )

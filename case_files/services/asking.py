"""Hearing, warning of lapse, the wait for a mandatory report, and the certificate of silence (Ley 39/2015)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from case_files.constants import (
    ActionForm,
    AskKind,
    DocumentRole,
    Outcome,
    Silence,
    State,
    StepState,
)
from case_files.models import CaseFile, CaseTask, CorrectionRequest
from case_files.steps import rule_of
from core.audit.services import Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError, terms

from .base import live, lock, save, write
from .branching import put_in
from .engine import is_electronic, open_task, recipients
from .handling import begin
from .papers import Text, draw_up, filing, in_both, said, signed, unit_names
from .telling import enter_exit, tell
from .waiting import open_asks, start_term
from .workflow import CORRECTION, HEARING, decides_later, find, mark

HEARING_DAYS = range(10, 16)  # working days, art. 82.2
TITLES = {
    AskKind.CORRECTION: gettext_noop("Something is missing in your request"),
    AskKind.HEARING: gettext_noop("You may look at the case file and say what you think"),
    AskKind.WARNING: gettext_noop("Your case file will lapse if you do nothing"),
}
WORDS = {
    AskKind.HEARING: gettext_noop(
        "Before a decision is proposed, you may look at the case file, plead, and hand in documents. You have "
        "%(days)s working days from the day after you are notified (Law 39/2015, art. 82)."
    ),
    AskKind.WARNING: gettext_noop(
        "The case file can't go on without what was asked of you. If three months pass from this notification and you "
        "have not done it, the case file lapses and will be archived (Law 39/2015, art. 95.1)."
    ),
}
SILENCE = {
    Silence.POSITIVE: gettext_noop(
        "The longest time to decide ended on %(day)s and no decision had been notified. By law the request counts as "
        "granted (Law 39/2015, art. 24)."
    ),
    Silence.NEGATIVE: gettext_noop(
        "The longest time to decide ended on %(day)s and no decision had been notified. By law the request counts as "
        "denied, so that the person concerned may appeal; the town hall must still decide (Law 39/2015, art. 24)."
    ),
}


def check_askable(case_file: CaseFile) -> None:
    """Refuse to ask where nobody can answer, where it is decided, and where an answer is waited for already."""
    live(case_file)
    if case_file.outcome:
        raise DomainError(_("This case file is already decided."), code="done")
    if any(ask.kind != AskKind.REPORT for ask in open_asks(case_file)):
        raise DomainError(_("A correction is already being waited for."), code="waiting")
    if not recipients(case_file):
        raise DomainError(_("Nobody gave a name in this case file, so nobody can be asked."), code="nobody")


def send_ask(case_file: CaseFile, ask: CorrectionRequest, document: Document, *, actor: Actor) -> CorrectionRequest:
    """Notify in law what is asked; the file waits from now. The caller saves the file, and enters it in the book."""
    sent = tell(case_file, subject=said(TITLES[AskKind(ask.kind)]), document=document, legal=True, actor=actor)
    ask.municipality_id, ask.case_file, ask.notification = case_file.municipality_id, case_file, sent[0]
    ask.save(force_insert=True)
    if not all(is_electronic(party) for party in recipients(case_file)):
        open_task(case_file, CORRECTION)
    case_file.state = State.SUSPENDED
    return ask


@transaction.atomic
def open_hearing(
    *, case_file: CaseFile, text: Text = "", days: int = 10, actor: Actor, seen: int | None = None
) -> CorrectionRequest:
    """Show the parties the file before the decision is proposed (art. 82): notified in law, ten to fifteen working
    days; the clock runs on. It ends when she pleads, or when the days are over."""
    if days not in HEARING_DAYS:
        raise DomainError(_("A hearing lasts ten to fifteen working days."), field="days")
    require(actor, Role.HANDLER, Role.CENSUS_OFFICER)
    case_file = lock(case_file, seen=seen)
    check_askable(case_file)
    put_in(case_file, HEARING)
    mark(find(case_file, HEARING) or {}, StepState.CHOSEN, terms.local_today())
    return _ask(case_file, AskKind.HEARING, text, days=days, code="hearing_opened", actor=actor)


@transaction.atomic
def warn_of_lapse(*, case_file: CaseFile, text: Text, actor: Actor, seen: int | None = None) -> CorrectionRequest:
    """Warn her that the file lapses in three months unless she does what it can't go on without (art. 95.1).

    The clock stands from the notification. After the three months a signatory may declare the lapse.
    """
    require(actor, Role.HANDLER, Role.CENSUS_OFFICER)
    case_file = lock(case_file, seen=seen)
    check_askable(case_file)
    if not decides_later(case_file):
        raise DomainError(_("This kind of case file is not decided: close it instead."), code="no_decision")
    if not any(in_both(text, case_file.language).values()):
        raise DomainError(_("Say what she has to do: the case file can't go on without it."), field="text_eu")
    return _ask(case_file, AskKind.WARNING, text, days=0, code="lapse_warned", actor=actor)


def _ask(case_file: CaseFile, kind: AskKind, text: Text, *, days: int, code: str, actor: Actor) -> CorrectionRequest:
    own, title = in_both(text, case_file.language), said(TITLES[kind])
    words = {key: law % {"days": days} for key, law in said(WORDS[kind]).items()}
    document = _letter(
        case_file, title, {key: "\n\n".join(filter(None, (own[key], words[key]))) for key in words}, actor=actor
    )
    items = [{"text_eu": own["eu"] or title["eu"], "text_es": own["es"] or title["es"]}]
    ask = send_ask(case_file, CorrectionRequest(kind=kind, items=items, days=days), document, actor=actor)
    save(case_file, "state", "workflow")
    write(case_file, code, actor=actor, document=document)
    enter_exit(case_file, documents=[document], subject=title, key=f"{kind}:{ask.pk}", actor=actor)
    return ask


def _letter(
    case_file: CaseFile,
    title: Mapping[str, str],
    text: Mapping[str, str],
    *,
    kind: DocumentKind = DocumentKind.NOTIFICATION,
    visible: bool = False,
    actor: Actor,
) -> Document:
    context: dict[str, Any] = {"text": dict(text), **signed(actor, unit_names(case_file)), **filing(case_file)}
    return draw_up(
        case_file,
        template="answer",
        kind=kind,
        role=DocumentRole.OTHER,
        title=title,
        context=context,
        language="bi",
        visible=visible,
        actor=actor,
    )


@transaction.atomic
def suspend_for_report(*, task: CaseTask, actor: Actor, seen: int | None = None) -> CorrectionRequest:
    """The clock stands while a mandatory report is written, three months at most; the parties are told (art. 22.1.d).

    The report itself ends it; after the three months the clock goes on without it.
    """
    case_file, task, rule = begin(task, actor=actor, seen=seen)
    if rule.form != ActionForm.REPORT or case_file.outcome:
        raise DomainError(_("Only a report stops the clock so."), code="wrong_step")
    if any(ask.kind == AskKind.REPORT and ask.step == task.step for ask in open_asks(case_file)):
        raise DomainError(_("The clock stands for this report already."), code="waiting")
    names = (find(case_file, task.step) or {})["names"]
    items = [{"text_eu": names["eu"], "text_es": names["es"]}]
    ask = CorrectionRequest.objects.create(
        municipality_id=case_file.municipality_id,
        case_file=case_file,
        kind=AskKind.REPORT,
        step=task.step,
        items=items,
    )
    start_term(case_file, ask, terms.local_today())
    save(case_file, "suspended_since")
    write(case_file, "term_suspended", actor=actor, params={"names": names})
    subject = said(gettext_noop("The time to decide stands still until a report arrives"))
    tell(case_file, subject=subject, body=names, legal=False, actor=actor)
    return ask


@transaction.atomic
def certify_silence(*, case_file: CaseFile, actor: Actor, seen: int | None = None) -> Document:
    """Certify that the time to decide ended without a decision, and what that means by law (art. 24.4). Once."""
    require(actor, Role.SIGNATORY)
    case_file = lock(case_file, seen=seen)
    if not is_silent(case_file):
        raise DomainError(_("The time to decide is not over, or no answer has no effect here."), code="not_silent")
    if case_file.documents.filter(type_code="silence").exists():
        raise DomainError(_("The silence is certified already."), code="done")
    day = (case_file.due_on or terms.local_today()).strftime("%d/%m/%Y")
    text = {key: words % {"day": day} for key, words in said(SILENCE[Silence(case_file.silence)]).items()}
    title = said(gettext_noop("Certificate of silence"))
    document = _letter(case_file, title, text, kind=DocumentKind.CERTIFICATE, visible=True, actor=actor)
    case_file.documents.filter(document=document).update(type_code="silence")
    save(case_file)
    write(case_file, "silence_certified", actor=actor, document=document)
    tell(case_file, subject=title, document=document, legal=False, actor=actor)
    enter_exit(case_file, documents=[document], subject=title, key="silence", actor=actor)
    return document


def is_silent(case_file: CaseFile) -> bool:
    """Whether the time to decide is over without a decision, and no answer means something by law."""
    over = case_file.due_on is not None and case_file.due_on < terms.local_today()
    return over and not case_file.outcome and case_file.suspended_since is None and case_file.silence in SILENCE


def check_outcome(case_file: CaseFile, outcome: Outcome) -> None:
    """What the law does not let be decided any more, or not yet."""
    if outcome == Outcome.LAPSED and not is_warned(case_file):
        raise DomainError(
            _("A case file lapses only three months after a warning that she did not heed. Warn her first."),
            field="outcome",
        )
    granted_by_law = case_file.silence == Silence.POSITIVE and is_silent(case_file)
    if granted_by_law and outcome in (Outcome.DENIED, Outcome.PARTLY_GRANTED):
        raise DomainError(
            _("The time to decide is over and the request counts as granted: it can only be granted (art. 24.3)."),
            field="outcome",
        )


def is_warned(case_file: CaseFile) -> bool:
    """Whether the three months of a warning went by in vain."""
    warnings = CorrectionRequest.objects.filter(case_file=case_file, kind=AskKind.WARNING, answered_at=None)
    return warnings.exclude(lapsed_at=None).exists()


def may_wait_for(task: CaseTask) -> bool:
    """Whether the clock may stand for this task's report."""
    return rule_of(task.step).form == ActionForm.REPORT and not task.case_file.outcome

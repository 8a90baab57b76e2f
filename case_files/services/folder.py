"""What the citizen's pages ask: her files, what she has to do, one plain sentence, and the tracker.

Everything here is read behind `reading_own`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from case_files.constants import AskKind, JoinState, Outcome, Silence, State, StepState
from case_files.history import in_reader_language
from case_files.models import CaseEvent, CaseFile, CorrectionRequest, Joining
from case_files.reasons import step_sentences
from case_files.steps import rule_of
from core.identity.models import PersonIdentifier
from core.municipalities.services import terms
from core.notifications.constants import NotificationState
from core.notifications.models import Notification
from core.payments.constants import ChargeState
from core.payments.models import Charge
from core.payments.services import euros
from core.signing.services import my_requests

from .base import ENDED
from .workflow import CORRECTION, find, front, is_refused

# what she is asked for, in her list of things to do
TO_DO = {
    AskKind.CORRECTION: gettext_lazy("Deliver what is missing in your request."),
    AskKind.HEARING: gettext_lazy("Look at the case file and say what you think, if you want to."),
    AskKind.WARNING: gettext_lazy("Do what the case file can't go on without, or it will lapse."),
}


@dataclass(frozen=True)
class Node:
    """One point of the tracker: `state` is done, current or next; `on` the day it was done."""

    code: str
    name: str
    state: str
    on: date | None = None


@dataclass(frozen=True)
class ToDo:
    """Something that waits for her: `what` is correct, open, join, sign or fee; `until` the last day, if any."""

    what: str
    sentence: str
    reference: str
    municipality_id: int
    until: date | None = None
    notification_id: int | None = None
    charge: str = ""  # its slug
    joining: str = ""  # its slug
    signing: str = ""  # its slug


def my_case_files(person_id: int, *, limit: int | None = None) -> list[CaseFile]:
    """Her files in every town, the newest first, with what `plain_status` needs: two statements."""
    rows = _with_corrections(CaseFile.objects.order_by("-opened_at"))
    return list(rows[:limit] if limit else rows)


def my_case_file(reference: str) -> CaseFile | None:
    """One file of hers by its reference, or None."""
    return _with_corrections(CaseFile.objects.filter(reference=reference)).first()


def my_events(case_file: CaseFile) -> QuerySet[CaseEvent]:
    """The public history, the newest first, with documents and entries; `history_sentence(event)` says each."""
    return (
        CaseEvent.objects.filter(case_file=case_file, public=True)
        .select_related("document", "entry")
        .order_by("-at", "-pk")
    )


def to_do(person_id: int, charges: Sequence[Charge] = ()) -> list[ToDo]:
    """What waits for her in every town, the nearest day first: four statements. `charges` are hers."""
    waiting = Notification.objects.filter(person_id=person_id, legal=True, state=NotificationState.AVAILABLE)
    things = [
        ToDo(
            what="open",
            sentence=_("Open the notification. If you don't, it counts as notified all the same."),
            reference=notification.reference,
            municipality_id=notification.municipality_id or 0,
            until=notification.lapses_on,
            notification_id=notification.pk,
        )
        for notification in waiting
    ]
    corrections = (
        CorrectionRequest.objects.filter(
            Q(due_on__isnull=False), answered_at=None, lapsed_at=None, case_file__state=State.SUSPENDED
        )
        .exclude(kind=AskKind.REPORT)
        .select_related("case_file")
    )
    things += [
        ToDo(
            what="correct",
            sentence=str(TO_DO[AskKind(correction.kind)]),
            reference=correction.case_file.reference,
            municipality_id=correction.municipality_id or 0,
            until=correction.due_on,
        )
        for correction in corrections
    ]
    things += [
        ToDo(
            what="fee",
            sentence=_("Pay %(amount)s: %(concept)s") % {"amount": euros(one.amount_cents), "concept": one.concept},
            reference=one.case_reference,
            municipality_id=one.municipality_id or 0,
            until=one.due_on,
            charge=one.slug,
        )
        for one in charges
        if one.state == ChargeState.DUE
    ]
    things += [*_to_join(person_id), *_to_sign()]
    return sorted(things, key=lambda thing: (thing.until is None, thing.until or date.max))


def _to_sign() -> list[ToDo]:
    """What the town hall asks her to sign."""
    return [
        ToDo(
            what="sign",
            sentence=one.about or _("Read and sign the document that the town hall sends you."),
            reference=one.case_reference,
            municipality_id=one.municipality_id or 0,
            until=one.due_on,
            signing=one.slug,
        )
        for one in my_requests()
    ]


def _to_join(person_id: int) -> list[ToDo]:
    """What others filed in her name too; of the file itself nothing is hers yet."""
    hers = PersonIdentifier.objects.filter(person=person_id, valid_to=None, person__proved_at__isnull=False)
    waiting = Joining.objects.filter(
        identifier__in=hers.values("value"), state=JoinState.ASKED, due_on__gte=terms.local_today()
    )
    return [
        ToDo(
            what="join",
            sentence=_("Somebody says that you apply together with her or him: say whether you join the request."),
            reference="",
            municipality_id=one.municipality_id or 0,
            until=one.due_on,
            joining=one.slug,
        )
        for one in waiting
    ]


def plain_status(case_file: CaseFile) -> str:
    """Where the file stands, in one plain sentence for the citizen."""
    if case_file.state in ENDED:
        return _ended(case_file)
    if case_file.outcome and is_outcome_shown(case_file):
        return f"{_('It is decided, and you have been notified.')} {_at_step(case_file)}"
    if case_file.outcome:
        return _("There is a decision. Open the notification to read it.")
    if case_file.state == State.SUSPENDED:
        return _asked(case_file)
    if case_file.due_on and case_file.due_on < terms.local_today():
        return _overdue(case_file)
    if case_file.due_on and not case_file.suspended_since:
        answer = _("You will have an answer by %(day)s.") % {"day": _day(case_file.due_on)}
        return f"{_at_step(case_file)} {answer}"
    return _at_step(case_file)


def _at_step(case_file: CaseFile) -> str:
    """What is being done where the file stands."""
    now = front(case_file)
    if len(now) > 1:
        return _("Several reports and checks are under way at the same time.")
    known = step_sentences().get(now[0]["code"] if now else case_file.step)
    return in_reader_language(known) or _("We are working on it.")


def _asked(case_file: CaseFile) -> str:
    ask = next((one for one in _open_corrections(case_file) if one.kind != AskKind.REPORT), None)
    if ask is None or ask.due_on is None:
        waiting = {
            AskKind.HEARING: _("You may look at the case file and say what you think. Open the notification first."),
            AskKind.WARNING: _("The case file can't go on without you. Open the notification to see why."),
        }
        missing = _("Something is missing. Open the notification to see what it is.")
        return waiting.get(AskKind(ask.kind), missing) if ask else missing
    sentences = {
        AskKind.HEARING: _("You may look at the case file and say what you think until %(day)s."),
        AskKind.WARNING: _("The case file lapses if you do not do what was asked of you by %(day)s."),
    }
    mend = _("We are waiting for you: deliver what is missing by %(day)s.")
    return sentences.get(AskKind(ask.kind), mend) % {"day": _day(ask.due_on)}


def _overdue(case_file: CaseFile) -> str:
    values = {"day": _day(case_file.due_on)}
    if case_file.silence == Silence.POSITIVE:
        return _("The time to answer ended on %(day)s. By law, your request counts as granted.") % values
    if case_file.silence == Silence.NEGATIVE:
        return _("The time to answer ended on %(day)s. You may appeal as if it had been denied, or wait.") % values
    return _("We are late: you should have had an answer on %(day)s. We are still working on it.") % values


def _ended(case_file: CaseFile) -> str:
    sentences = {
        Outcome.GRANTED: _("It is done: what you asked for was granted."),
        Outcome.PARTLY_GRANTED: _("It is done: part of what you asked for was granted."),
        Outcome.DENIED: _("It is done: what you asked for was denied. The decision says how to appeal."),
        Outcome.ANSWERED: _("It is done: the town hall has answered you."),
        Outcome.INADMISSIBLE: _("It is done: the request was not admitted. The decision says how to appeal."),
        Outcome.LAPSED: _("It is done: the case file lapsed. The decision says how to appeal."),
        Outcome.WITHDRAWN: _("It is done: the request was withdrawn."),
    }
    return sentences.get(Outcome(case_file.outcome), "") if case_file.outcome else _("It is done.")


def is_outcome_shown(case_file: CaseFile) -> bool:
    """Whether the citizen has been told what was decided; until then no page says it."""
    return (bool(case_file.outcome) and case_file.state in ENDED) or _is_done(case_file, "notify")


def tracker(case_file: CaseFile) -> list[Node]:
    """The steps that a citizen cares for, in order; what is passed over is left out."""
    nodes = []
    for step in case_file.workflow:
        asked = step["code"] == CORRECTION and case_file.state == State.SUSPENDED
        current = asked or (step["code"] == case_file.step and case_file.state != State.SUSPENDED)
        if not rule_of(step["code"]).citizen_sees or step["state"] == StepState.SKIPPED:
            continue
        if step["optional"] and step["state"] == StepState.TO_DO and not current:
            continue
        if rule_of(step["code"]).only_granted and is_refused(case_file) and is_outcome_shown(case_file):
            continue
        done = step["state"] == StepState.DONE
        state = "current" if current else "done" if done else "next"
        on = date.fromisoformat(step["on"]) if done and step["on"] else None
        nodes.append(Node(step["code"], in_reader_language(step["names"]), state, on))
    return nodes


def step_name(case_file: CaseFile) -> str:
    """The step it stands at, in the reader's language; empty at the end."""
    step = find(case_file, case_file.step)
    return in_reader_language(step["names"]) if step else ""


def _is_done(case_file: CaseFile, code: str) -> bool:
    step = find(case_file, code)
    return step is not None and step["state"] == StepState.DONE


def _with_corrections(rows: QuerySet[CaseFile]) -> QuerySet[CaseFile]:
    waiting = CorrectionRequest.objects.filter(answered_at=None, lapsed_at=None)
    return rows.prefetch_related(Prefetch("corrections", queryset=waiting, to_attr="open_corrections"))


def _open_corrections(case_file: CaseFile) -> Sequence[CorrectionRequest]:
    known = getattr(case_file, "open_corrections", None)
    if known is None:
        known = CorrectionRequest.objects.filter(case_file=case_file, answered_at=None, lapsed_at=None)
    return list(known)


def _day(day: date | None) -> str:
    return formats.date_format(day, "DATE_FORMAT") if day else ""

"""How a file ends without being decided on its merits: withdrawn by the citizen, or closed by hand."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from case_files.constants import Outcome, State, StepState, TaskState
from case_files.models import CaseEvent, CaseFile, CaseParty, CaseTask
from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError, terms
from registry.models import Entry

from .base import audit, check_acts, end, end_joinings, event, live, lock, save, stop_signing, write
from .deciding import skip_to_decision
from .engine import end_task
from .fees import cancel_unpaid
from .joining import leave
from .papers import bilingual, said
from .receiving import enter_filing
from .visits import free_visits
from .workflow import decides_later, in_languages, is_open, mark

REASON = gettext_noop("Reason")
ALL_OF_IT = gettext_noop("Withdrawal of the request")
ONE_OF_THEM = gettext_noop("Withdrawal of one of the applicants")
TO_DECLARE = gettext_noop("The citizen has withdrawn the request: declare it.")
WITHDRAWN = gettext_noop("The request was withdrawn.")
BY_HAND = gettext_noop("The case file was closed without a decision.")


@transaction.atomic
def withdraw(*, case_file: CaseFile, reason: str = "", key: str, actor: Actor) -> Entry:
    """The citizen withdraws (art. 94): entry, receipt, and a signatory's task to declare it; once for a key.

    A file that is never decided ends at once. What is decided already can't be withdrawn. What is unpaid is not owed
    any more. Of several applicants only the one who acts withdraws.
    """
    case_file = lock(case_file)
    if known := Entry.objects.filter(key=key).first():
        return known
    live(case_file)
    check_acts(case_file, actor)
    if case_file.outcome:
        raise DomainError(_("This case file is already decided, so it can't be withdrawn."), code="decided")
    if CaseEvent.objects.filter(case_file=case_file, code="withdrawal_asked").exists():
        raise DomainError(_("You have already withdrawn this request."), code="withdrawn")
    if who := leave(case_file, actor):
        save(case_file)
        return _enter(case_file, "left", ONE_OF_THEM, reason, who, key=key, actor=actor)
    if case_file.suspended_since or case_file.state == State.SUSPENDED:
        case_file.suspended_since, case_file.state = None, State.OPEN
    if decides_later(case_file):
        skip_to_decision(case_file, actor=actor, said=in_languages(TO_DECLARE))
        save(case_file, "state", "suspended_since")
    else:
        end_early(case_file, State.WITHDRAWN, actor=actor)
    cancel_unpaid(case_file, reason=bilingual(WITHDRAWN))
    free_visits(case_file, actor=actor)
    end_joinings(case_file, actor=actor)
    stop_signing(case_file, WITHDRAWN, actor=actor)
    return _enter(case_file, "withdrawal_asked", ALL_OF_IT, reason, None, key=key, actor=actor)


def _enter(
    case_file: CaseFile, code: str, title: str, reason: str, party: CaseParty | None, *, key: str, actor: Actor
) -> Entry:
    audit(case_file, code, actor=actor)
    return enter_filing(
        case_file,
        code=code,
        title=said(title),
        content={"reason": reason},
        lines=[({f"text_{key}": text for key, text in said(REASON).items()}, reason)],
        uploads=(),
        key=key,
        party=party,
        actor=actor,
    )


@transaction.atomic
def close(
    *, case_file: CaseFile, reason: str, keeps_visit: bool = False, actor: Actor, seen: int | None = None
) -> CaseFile:
    """Close by hand a file that nothing more will happen in; the reason stays in its history.

    A request that must be answered is not closed so: it is decided (art. 21.1). Her hour is given back with it, unless
    the clerk says that she comes all the same.
    """
    require(actor, Role.HANDLER, Role.CENSUS_OFFICER, Role.TOWN_ADMINISTRATOR)
    case_file = lock(case_file, seen=seen)
    live(case_file)
    if not case_file.outcome and decides_later(case_file):
        raise DomainError(_("A request must be decided before its case file is closed."), code="undecided")
    if not reason.strip():
        raise DomainError(_("Say why you close it."), field="reason")
    end_early(case_file, State.CLOSED, actor=actor)
    if not case_file.outcome:  # what was decided may have left a debt of its own
        cancel_unpaid(case_file, reason=bilingual(BY_HAND))
    if not keeps_visit:
        free_visits(case_file, actor=actor)
    write(case_file, "closed_by_hand", actor=actor, public=False, params={"text": reason})
    return case_file


def end_early(case_file: CaseFile, state: State, *, actor: Actor) -> None:
    """Pass over every step that is left; a part of the verbs that say why."""
    for task in CaseTask.objects.select_for_update().filter(case_file=case_file, state=TaskState.OPEN):
        end_task(task, actor=actor, state=TaskState.SKIPPED)
    for step in case_file.workflow:
        if is_open(step):
            mark(step, StepState.SKIPPED, terms.local_today())
    end(case_file, state, actor=actor)
    if state == State.WITHDRAWN:
        case_file.outcome = Outcome.WITHDRAWN
    save(case_file, "state", "step", "closed_at", "outcome", "suspended_since", "workflow")
    CaseEvent.objects.bulk_create([event(case_file, "closed", actor=actor, params={"day": str(terms.local_today())})])

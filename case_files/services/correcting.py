"""Asking a citizen to mend what she filed (Ley 39/2015, art. 68.1), receiving it, and what follows if she does not."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from case_files.constants import AskKind, DocumentRole, State, StepState
from case_files.models import CaseEvent, CaseFile, CorrectionRequest
from core.audit.services import SYSTEM, Actor
from core.documents.constants import DocumentKind
from core.documents.models import Document, DocumentVersion
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.services import DomainError, terms
from registry.models import Entry

from . import clock
from .asking import TITLES, check_askable, send_ask
from .base import ENDED, audit, check_acts, event, live, lock, save, write
from .papers import draw_up, filing, in_both, said
from .receiving import enter_filing
from .telling import enter_exit
from .waiting import wait_is_over
from .workflow import CORRECTION, find, mark

Upload = tuple[Document, DocumentVersion]
RECEIVERS = (Role.REGISTRAR, Role.HANDLER, Role.CENSUS_OFFICER)
# kind → the line of history and the entry's title when it is delivered, and the line when it is not
RECEIVED = {
    AskKind.CORRECTION: ("correction_received", gettext_noop("Correction delivered")),
    AskKind.HEARING: ("hearing_answered", gettext_noop("Pleadings delivered")),
    AskKind.WARNING: ("warning_heeded", gettext_noop("What the case file waited for was delivered")),
}
LAPSED = {
    AskKind.CORRECTION: "correction_lapsed",
    AskKind.HEARING: "hearing_over",
    AskKind.WARNING: "warning_lapsed",
    AskKind.REPORT: "term_resumed",
}


@transaction.atomic
def ask_correction(
    *, case_file: CaseFile, items: Sequence[Mapping[str, str]], actor: Actor, seen: int | None = None
) -> CorrectionRequest:
    """Ask the citizen to mend her request: sealed, notified in law, entered in the exit book.

    `items` are {text_eu, text_es, document_type?}; a text in one language stands for both. The file waits from now;
    the term to resolve stands still only from the day that she is notified.
    """
    require(actor, Role.HANDLER, Role.CENSUS_OFFICER)
    case_file = lock(case_file, seen=seen)
    check_askable(case_file)
    asked = [_item(item, case_file.language) for item in items]
    asked = [item for item in asked if item["text_eu"]]
    if not asked:
        raise DomainError(_("Say what is missing: choose at least one thing, or write it."), field="items")
    document = _request_document(case_file, asked, actor=actor)
    title = said(TITLES[AskKind.CORRECTION])
    correction = send_ask(case_file, CorrectionRequest(items=asked), document, actor=actor)
    if step := find(case_file, CORRECTION):
        mark(step, StepState.CHOSEN, terms.local_today())
    save(case_file, "state", "workflow")
    write(case_file, "correction_asked", actor=actor, document=document, params={"count": len(asked)})
    enter_exit(case_file, documents=[document], subject=title, key=f"correction:{correction.pk}", actor=actor)
    return correction


def awaited_correction(case_file: CaseFile) -> CorrectionRequest | None:
    """What may still be delivered: also late, until the withdrawal is decided (art. 73.3)."""
    if case_file.outcome or case_file.state in ENDED:
        return None
    asked = CorrectionRequest.objects.filter(case_file=case_file, answered_at=None).exclude(kind=AskKind.REPORT)
    return asked.order_by("-pk").first()


@transaction.atomic
def receive_correction(
    *,
    case_file: CaseFile,
    data: Mapping[str, str],
    documents: Sequence[Upload] = (),
    key: str,
    actor: Actor,
) -> Entry:
    """What the citizen delivers: entry, receipt, and the clock goes on. `data` answers the items by their position.

    A clerk registers so what she brings or sends on paper. The same key is delivered once.
    """
    if actor.is_clerk:
        require(actor, *RECEIVERS)
    case_file = lock(case_file)
    live(case_file)
    check_acts(case_file, actor)
    if known := Entry.objects.filter(key=key).first():
        return known
    correction = awaited_correction(case_file)
    if correction is None:
        raise DomainError(_("Nothing is being waited for in this case file."), code="nothing_asked")
    if not documents and not any(text.strip() for text in data.values()):
        raise DomainError(_("Write an answer or attach a document."), field="answer_0")
    now = timezone.now()
    correction.answered_at = now
    correction.save(update_fields=["answered_at"])
    day = terms.local_day(terms.deemed_filing(now, town=case_file.municipality_id or 0))
    wait_is_over(case_file, correction, day, actor=actor)
    answers = [{"asked": item, "answer": data.get(str(position), "")} for position, item in enumerate(correction.items)]
    code, title = RECEIVED[AskKind(correction.kind)]
    audit(case_file, code, actor=actor)
    return enter_filing(
        case_file,
        code=code,
        title=said(title),
        content={"answers": answers},
        lines=[(item["asked"], item["answer"]) for item in answers],
        uploads=documents,
        key=key,
        actor=actor,
    )


@transaction.atomic
def lapse_corrections(today: date) -> int:
    """In the open town: what was asked for, whose term is over, and that nobody delivered; how many.

    The term to resolve goes on. After a correction the withdrawal may be declared (art. 68.1), after a warning the
    lapse (art. 95.1); a hearing's step is done, and the file goes on without the report it waited for (art. 22.1.d).
    """
    overdue = CorrectionRequest.objects.filter(answered_at=None, lapsed_at=None, due_on__lt=today)
    count = 0
    for correction in overdue.select_related("case_file").order_by("case_file_id"):
        case_file = lock(correction.case_file)
        # delivered, or decided, while we came here
        if not CorrectionRequest.objects.filter(pk=correction.pk, answered_at=None, lapsed_at=None).update(
            lapsed_at=timezone.now()
        ):
            continue
        audit(case_file, "request_lapsed", actor=SYSTEM, data={"kind": correction.kind})
        if case_file.state == State.SUSPENDED or (correction.kind == AskKind.REPORT and case_file.suspended_since):
            code = LAPSED[AskKind(correction.kind)]
            wait_is_over(case_file, correction, correction.due_on or today, actor=SYSTEM)
            audit(case_file, code, actor=SYSTEM)
            CaseEvent.objects.bulk_create([event(case_file, code, actor=SYSTEM)])
        count += 1
    return count


def _item(item: Mapping[str, str], language: str) -> dict[str, str]:
    text = in_both({"eu": item.get("text_eu", ""), "es": item.get("text_es", "")}, language)
    kept = {"text_eu": text["eu"], "text_es": text["es"]}
    return kept | ({"document_type": item["document_type"]} if item.get("document_type") else {})


def _request_document(case_file: CaseFile, items: Sequence[Mapping[str, str]], *, actor: Actor) -> Document:
    context: dict[str, Any] = {
        **filing(case_file),
        "items": [{"text": {"eu": item["text_eu"], "es": item["text_es"]}} for item in items],
        "working_days": clock.CORRECTION_DAYS,
    }
    return draw_up(
        case_file,
        template="correction_request",
        kind=DocumentKind.NOTIFICATION,
        role=DocumentRole.CORRECTION,
        title=said(gettext_noop("Request to correct")),
        context=context,
        language="bi",
        visible=False,
        actor=actor,
    )

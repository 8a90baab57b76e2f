"""Telling the parties: legal notifications, courtesy notices, the exit entry, and what follows when they are opened."""

from collections.abc import Mapping, Sequence
from typing import Any

from case_files.constants import TaskState
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseTask, CorrectionRequest
from core.audit.services import SYSTEM, Actor
from core.documents.models import Document
from core.municipalities.services import terms
from core.notifications.constants import Channel, NotificationState
from core.notifications.models import Notification
from core.notifications.services import notify, on_notification_closed
from registry.constants import BookKind
from registry.models import Entry
from registry.services import number_of, register

from .base import ENDED, event, lock, save
from .engine import WALK_FIELDS, advance, end_task, is_electronic, recipients, waiting_notifications
from .papers import addressee, listed
from .waiting import start_term

CLOSED_EVENTS = {
    NotificationState.ACCESSED: "notification_opened",
    NotificationState.REJECTED: "notification_rejected",
    NotificationState.EXPIRED: "notification_lapsed",
    NotificationState.PUBLISHED: "notification_published",
}


def tell(
    case_file: CaseFile,
    *,
    subject: Mapping[str, str],
    body: Mapping[str, str] | None = None,
    document: Document | None = None,
    legal: bool,
    actor: Actor,
) -> list[Notification]:
    """Tell every recipient: in law on the screen or on paper, a courtesy only where it reaches her without a stamp.

    `body`, {eu, es}, is what she reads once it is open; what comes with a document says it there. A discreet file
    sends no e-mail.
    """
    sent = []
    for party in recipients(case_file):
        electronic = is_electronic(party)
        email = "" if case_file.discreet else party.email
        if not legal and not electronic and not email:
            continue
        sent.append(
            notify(
                person=party.person,
                email=email,
                channel=Channel.ELECTRONIC if electronic or not legal else Channel.PAPER,
                language=party.language,
                subject_eu=subject["eu"],
                subject_es=subject["es"],
                body_eu=body["eu"] if body else "",
                body_es=body["es"] if body else "",
                reference=case_file.reference,
                document=document,
                legal=legal,
                actor=actor,
            )
        )
    return sent


def enter_exit(
    case_file: CaseFile, *, documents: Sequence[Document], subject: Mapping[str, str], key: str, actor: Actor
) -> Entry:
    """Enter in the exit book what leaves the town hall, and its number in the history; last in its transaction."""
    told = recipients(case_file)
    language = "es" if case_file.language == "es" else "eu"
    entry = register(
        kind=BookKind.EXIT,
        summary=f"{subject[language]} · {case_file.reference}",
        party=addressee(told[0] if told else None),
        person=told[0].person if told else None,
        content={"reference": case_file.reference, "subject": dict(subject)},
        attachments=listed(documents),
        unit=case_file.unit,
        procedure_code=case_file.procedure_code,
        case_reference=case_file.reference,
        language=language,
        key=f"{case_file.reference}:{key}",
        actor=actor,
    )
    params = {"number": number_of(entry), "names": dict(subject)}
    CaseEvent.objects.bulk_create([event(case_file, "sent_out", actor=actor, params=params, entry=entry)])
    return entry


@on_notification_closed
def notification_closed(notification: Notification, *_more: Any) -> None:
    """A legal notification was opened, rejected, or lapsed: a correction's clock stops, a decided file goes on.

    The notification's row is locked already, for what waits stands before the file in the lock order: whoever holds a
    file, and needs one that waited, has locked it before; see `persons.end_representation`.
    """
    found = CaseFile.objects.filter(reference=notification.reference).first() if notification.legal else None
    if found is None or notification.closed_at is None:
        return
    case_file = lock(found)
    day = terms.local_day(notification.closed_at)
    CaseDocument.objects.filter(case_file=case_file, document_id=notification.document_id).update(visible=True)
    code = CLOSED_EVENTS[NotificationState(notification.state)]
    lines = [event(case_file, code, actor=SYSTEM, params={"day": day.isoformat()}, notification=notification)]
    correction = CorrectionRequest.objects.filter(case_file=case_file, notification=notification).first()
    if correction is not None:
        if not correction.answered_at and not correction.due_on:
            start_term(case_file, correction, day)
    elif case_file.state not in ENDED and case_file.step in ("notify", "close"):
        if not waiting_notifications(case_file):
            for task in CaseTask.objects.filter(case_file=case_file, state=TaskState.OPEN):
                end_task(task, actor=SYSTEM)
        lines += advance(case_file, actor=SYSTEM)
    save(case_file, *WALK_FIELDS, "suspended_since")
    CaseEvent.objects.bulk_create(lines)

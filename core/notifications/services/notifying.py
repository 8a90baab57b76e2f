"""What a person is told: courtesy notices, and legal notifications whose opening is an event in law.

Ley 39/2015, arts. 40-44: available → opened, rejected by the person, or, ten calendar days later, lapsed. On paper two
attempts are recorded. Whichever way the person was reached first is the one that counts (art. 41.7).
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.audit.services import SYSTEM, Actor, record
from core.documents.constants import DocumentState
from core.documents.models import Document
from core.identity.constants import Role
from core.identity.models import Person
from core.identity.rights import require
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.notifications.constants import CLOSED, Channel, DeliveryResult, NotificationState
from core.notifications.models import DeliveryAttempt, Notification, OutboxRow

from .effects import outbox, put

DAYS_TO_OPEN = 10  # calendar days, art. 43.2

ClosedHook = Callable[[Notification], None]
_closed_hooks: list[ClosedHook] = []


def on_notification_closed(hook: ClosedHook) -> ClosedHook:
    """Call `hook(notification)`, in its transaction and town, when one is opened, rejected, lapsed or published."""
    _closed_hooks.append(hook)
    return hook


def render_effect(document: Document) -> OutboxRow:
    """The outbox row that has a worker render and seal a saved document."""
    return put("documents.render", key=f"render:{document.csv}", payload={"document": document.pk})


@transaction.atomic
def notify(
    *,
    person: Person | None,
    email: str,
    language: str,
    subject_eu: str,
    subject_es: str,
    body_eu: str = "",
    body_es: str = "",
    reference: str = "",
    document: Document | None = None,
    legal: bool = False,
    channel: Channel = Channel.ELECTRONIC,
    actor: Actor,
) -> Notification:
    """Tell a person something, in the open town; she can read it as soon as its document, if any, is ready.

    `email` empty: no e-mail is sent (a discreet file, or nobody gave one). `legal` starts the ten days when available.
    """
    notification = Notification.objects.create(
        person=person,
        email=email if channel == Channel.ELECTRONIC else "",
        language=language,
        subject_eu=subject_eu[:200],
        subject_es=subject_es[:200],
        body_eu=body_eu,
        body_es=body_es,
        reference=reference,
        document=document,
        legal=legal,
        channel=channel,
    )
    if legal:
        record("notifications.created", actor=actor, target=notification, subject=person.pk if person else None)
    if document is None or _is_ready(document):
        make_available(notification)
    return notification


def _is_ready(document: Document) -> bool:
    """Asked under the document's lock: the worker that makes it ready looks for notices that wait for it."""
    states = Document.objects.select_for_update(of=("self",)).filter(pk=document.pk).values_list("state", flat=True)
    return states.get() == DocumentState.READY


@transaction.atomic
def make_available(notification: Notification) -> Notification:
    """From now on the person can read it; a legal one starts its ten calendar days. Once only."""
    notification = Notification.objects.select_for_update(of=("self",)).get(pk=notification.pk)
    if notification.state != NotificationState.CREATED:
        return notification
    notification.state, notification.available_at = NotificationState.AVAILABLE, timezone.now()
    if notification.legal and notification.channel == Channel.ELECTRONIC:
        notification.lapses_on = timezone.localdate(notification.available_at) + timedelta(days=DAYS_TO_OPEN)
    notification.save(update_fields=["state", "available_at", "lapses_on"])
    if notification.email:
        outbox(
            [
                put(
                    "notifications.email",
                    key=f"notice:{notification.pk}",
                    payload={"notification": notification.pk},
                )
            ]
        )
    return notification


@transaction.atomic(savepoint=False)
def hand_over(
    *, notification: Notification, person: Person | None, email: str, language: str, channel: Channel, actor: Actor
) -> Notification:
    """From now on it is another person's to open, in the open town: who was to be told has changed. `notification`
    is locked by the caller, and nobody has opened it.

    What was made available already keeps its way, its first day and its last one. `channel` is for what is not ready.
    """
    before, notification.person = notification.person_id, person
    if notification.state == NotificationState.CREATED:
        notification.channel = channel
    notification.email = email if notification.channel == Channel.ELECTRONIC else ""
    notification.language, notification.emailed_at = language, None
    moment = {"from": before, "at": timezone.now().isoformat()}
    notification.evidence = {**notification.evidence, "handed_over": moment}
    notification.save(update_fields=["person", "channel", "email", "language", "emailed_at", "evidence"])
    record("notifications.handed_over", actor=actor, target=notification, subject=person.pk if person else None)
    if notification.email and notification.state == NotificationState.AVAILABLE:
        key, payload = f"notice:{notification.pk}:{notification.person_id}", {"notification": notification.pk}
        outbox([put("notifications.email", key=key, payload=payload)])
    return notification


def make_available_with(document: Document) -> None:
    """A document became ready: so do the notices that waited for it."""
    for notification in Notification.objects.filter(document=document, state=NotificationState.CREATED):
        make_available(notification)


def open_notification(*, notification: Notification, actor: Actor) -> Notification:
    """The person reads it: the moment, and how well she was identified, are kept. Opens its town's door itself.

    Opening again changes nothing. Http404 for anybody else's. DomainError when she has not proved who she is (legal
    ones only). After the ten days she may still read it, but it stays lapsed.
    """
    return _by_person(notification, NotificationState.ACCESSED, actor)


def reject_notification(*, notification: Notification, actor: Actor) -> Notification:
    """The person refuses to be notified: the file goes on as if she had been (art. 41.5). Legal ones only."""
    if not notification.legal:
        raise DomainError(_("Only a legal notification can be rejected."))
    return _by_person(notification, NotificationState.REJECTED, actor)


def _by_person(notification: Notification, state: NotificationState, actor: Actor) -> Notification:
    with acting_for(notification.municipality_id or 0):
        found = Notification.objects.select_for_update(of=("self",)).filter(pk=notification.pk).first()
        if found is None or found.person_id is None or found.person_id != actor.person_id:
            raise Http404
        if found.state == NotificationState.CREATED:
            raise Http404
        if found.legal and not actor.proved:
            raise DomainError(
                _("To open this notification you must first prove who you are, with a certificate or at the desk."),
                code="unproved",
            )
        if _is_over(found, timezone.localdate()):
            _lapse(found)
        elif found.state == NotificationState.AVAILABLE:
            _close(found, state, timezone.now(), _evidence(actor), actor)
        return found


def lapse_due(today: date) -> int:
    """Close, in the open town, the legal notifications whose last day is before `today`; how many."""
    due = Notification.objects.filter(state=NotificationState.AVAILABLE, legal=True, lapses_on__lt=today)
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("pk"))
        for notification in rows:
            _lapse(notification)
    return len(rows)


def _is_over(notification: Notification, today: date) -> bool:
    lapses = notification.lapses_on
    return notification.state == NotificationState.AVAILABLE and lapses is not None and lapses < today


def _lapse(notification: Notification) -> None:
    """It counts as rejected at the end of the tenth day, whenever somebody looks."""
    lapses = notification.lapses_on or timezone.localdate()
    end = datetime.combine(lapses, time(23, 59, 59), tzinfo=timezone.get_default_timezone())
    _close(notification, NotificationState.EXPIRED, end, {"noticed_at": timezone.now().isoformat()}, SYSTEM)


def _evidence(actor: Actor) -> dict[str, Any]:
    return {
        **actor.evidence,
        "at": timezone.now().isoformat(),
        "channel": str(actor.channel),
        "level": int(actor.level),
        "proved": actor.proved,
        "user": actor.user_id,
    }


def _close(
    notification: Notification, state: NotificationState, at: datetime, evidence: dict[str, Any], actor: Actor
) -> None:
    notification.state, notification.closed_at = state, at
    notification.evidence = {**notification.evidence, **evidence}
    notification.save(update_fields=["state", "closed_at", "evidence"])
    if notification.legal:
        record(f"notifications.{state}", actor=actor, target=notification, subject=notification.person_id)
    for hook in _closed_hooks:
        hook(notification)


# what an attempt on paper makes of the notification, where it makes something of it
_OUTCOMES = {
    DeliveryResult.DELIVERED: NotificationState.ACCESSED,
    DeliveryResult.REFUSED: NotificationState.REJECTED,
    DeliveryResult.PUBLISHED: NotificationState.PUBLISHED,
}
# art. 42.2: the second attempt at another time of the day, three hours apart at least, within the next three days
HOURS_APART, DAYS_BETWEEN, NOON = timedelta(hours=3), timedelta(days=3), time(15)


@transaction.atomic
def record_delivery(
    *, notification: Notification, at: datetime, result: DeliveryResult, note: str = "", actor: Actor
) -> DeliveryAttempt:
    """A clerk writes down what came of an attempt on paper. DomainError where the law does not allow it so.

    Delivered, refused and published close the notification, unless the person was reached before.
    """
    notification = Notification.objects.select_for_update(of=("self",)).get(pk=notification.pk)
    require(actor, Role.REGISTRAR, Role.HANDLER)
    if notification.state == NotificationState.CREATED:
        raise DomainError(_("The document to be delivered is not ready yet."))
    if at > timezone.now():
        raise DomainError(_("An attempt can't be in the future."), field="at")
    earlier = list(notification.attempts.order_by("at"))
    _check_attempt(earlier, at, result)
    attempt = DeliveryAttempt.objects.create(
        notification=notification, at=at, result=result, note=note[:300], clerk_id=actor.user_id
    )
    record("notifications.attempted", actor=actor, target=notification, subject=notification.person_id)
    if result in _OUTCOMES and notification.state not in CLOSED:
        _close(notification, _OUTCOMES[result], at, {"attempt": attempt.pk, "channel": "paper"}, actor)
    return attempt


def _check_attempt(earlier: list[DeliveryAttempt], at: datetime, result: DeliveryResult) -> None:
    absent = [attempt for attempt in earlier if attempt.result == DeliveryResult.ABSENT]
    if result == DeliveryResult.PUBLISHED:
        if len(absent) < 2 and not any(attempt.result == DeliveryResult.UNKNOWN for attempt in earlier):
            raise DomainError(
                _("It is published only after two attempts, or when the address is unknown."), field="result"
            )
        return
    if len(absent) >= 2:
        raise DomainError(_("Two attempts were made: now it is published in the official gazette."), field="result")
    if absent:
        before, now = timezone.localtime(absent[0].at), timezone.localtime(at)
        if not HOURS_APART <= now - before <= DAYS_BETWEEN or (before.time() < NOON) == (now.time() < NOON):
            raise DomainError(
                _(
                    "The second attempt must be within three days of the first, at least three hours apart, "
                    "one before and the other after three in the afternoon."
                ),
                field="at",
            )

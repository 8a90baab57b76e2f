"""Courtesy notices and legal notifications."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.http import Http404
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.audit.constants import Level
from core.audit.models import AuditRow
from core.audit.services import SYSTEM
from core.documents.models import Document
from core.documents.services import new_document, render_and_seal, save_all
from core.municipalities.scope import reading_own
from core.municipalities.services import DomainError
from core.notifications.constants import Channel, DeliveryResult, NotificationState
from core.notifications.models import Notification
from core.notifications.services import (
    lapse_due,
    notify,
    notifying,
    on_notification_closed,
    open_notification,
    record_delivery,
    reject_notification,
    run_due,
)
from tests.cast import Cast
from tests.documents.samples import SAMPLES

MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The states that the hook was told."""
    told: list[str] = []
    monkeypatch.setattr(notifying, "_closed_hooks", [])
    on_notification_closed(lambda notification: told.append(notification.state))
    return told


def tell(cast: Cast, **changes: Any) -> Notification:
    return notify(
        **{
            "person": cast.ane.person,
            "email": "ane@example.eus",
            "language": "eu",
            "subject_eu": "Ebazpena",
            "subject_es": "Resolución",
            "reference": "MUN-2026-000012",
            "legal": True,
            "actor": cast.clerk(),
        }
        | changes
    )


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(UTC))


def test_it_waits_for_its_document_and_no_longer(in_mundaka: Cast) -> None:
    document = a_document()
    save_all([document])
    notification = tell(in_mundaka, document=document)
    assert notification.state == NotificationState.CREATED
    with pytest.raises(Http404):
        open_notification(notification=notification, actor=in_mundaka.citizen(in_mundaka.ane))
    render_and_seal(document.pk)
    notification.refresh_from_db()
    assert notification.state == NotificationState.AVAILABLE and notification.available_at


def test_a_document_that_was_ready_before_makes_it_available_at_once(in_mundaka: Cast) -> None:
    document = a_document()
    save_all([document])
    render_and_seal(document.pk)
    notification = tell(in_mundaka, document=document)  # this `document` still says pending
    notification.refresh_from_db()
    assert notification.state == NotificationState.AVAILABLE


def test_ten_calendar_days_as_the_fact_book_says(in_mundaka: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, datetime(2026, 6, 1, 12, tzinfo=MADRID))
    notification = tell(in_mundaka)
    notification.refresh_from_db()
    assert notification.lapses_on == date(2026, 6, 11)


def test_the_last_second_still_opens_and_the_next_one_lapses(
    in_mundaka: Cast, monkeypatch: pytest.MonkeyPatch, closed: list[str]
) -> None:
    at(monkeypatch, datetime(2026, 6, 1, 23, 59, tzinfo=MADRID))
    first, second = tell(in_mundaka), tell(in_mundaka)
    ane = in_mundaka.citizen(in_mundaka.ane)
    at(monkeypatch, datetime(2026, 6, 11, 23, 59, 59, tzinfo=MADRID))
    assert lapse_due(date(2026, 6, 11)) == 0
    assert open_notification(notification=first, actor=ane).state == NotificationState.ACCESSED
    at(monkeypatch, datetime(2026, 6, 12, 0, 0, 1, tzinfo=MADRID))
    late = open_notification(notification=second, actor=ane)
    assert late.state == NotificationState.EXPIRED
    assert late.closed_at and timezone.localtime(late.closed_at).date() == date(2026, 6, 11)
    assert closed == ["accessed", "expired"]


def test_lapsing_is_done_once_and_to_legal_ones_only(
    in_mundaka: Cast, monkeypatch: pytest.MonkeyPatch, closed: list[str]
) -> None:
    at(monkeypatch, datetime(2026, 6, 1, 12, tzinfo=MADRID))
    tell(in_mundaka)
    tell(in_mundaka, legal=False)
    assert [lapse_due(date(2026, 6, 12)), lapse_due(date(2026, 6, 13))] == [1, 0]
    assert closed == ["expired"]
    assert AuditRow.objects.filter(action="notifications.expired", subject_person_id=in_mundaka.ane.person_id).exists()


def test_opening_records_moment_level_and_evidence_once(in_mundaka: Cast, closed: list[str]) -> None:
    notification = tell(in_mundaka)
    ane = in_mundaka.citizen(in_mundaka.ane)
    opened = open_notification(notification=notification, actor=ane)
    again = open_notification(notification=notification, actor=ane)
    assert opened.closed_at and again.closed_at == opened.closed_at
    assert opened.evidence["level"] == Level.CERTIFICATE and opened.evidence["proved"] is True
    assert closed == ["accessed"]


def test_who_has_proved_nothing_opens_no_legal_notification(in_mundaka: Cast) -> None:
    jon = in_mundaka.citizen(in_mundaka.jon)
    notification = tell(in_mundaka, person=in_mundaka.jon.person)
    with pytest.raises(DomainError) as refused:
        open_notification(notification=notification, actor=jon)
    assert refused.value.code == "unproved"
    courtesy = tell(in_mundaka, person=in_mundaka.jon.person, legal=False)
    assert open_notification(notification=courtesy, actor=jon).state == NotificationState.ACCESSED


def test_nobody_opens_or_rejects_her_neighbours(in_mundaka: Cast) -> None:
    notification = tell(in_mundaka)
    for verb in (open_notification, reject_notification):
        with pytest.raises(Http404):
            verb(notification=notification, actor=in_mundaka.citizen(in_mundaka.jon))
        with pytest.raises(Http404):
            verb(notification=notification, actor=in_mundaka.clerk())


def test_rejected_stays_rejected(in_mundaka: Cast, closed: list[str]) -> None:
    notification, ane = tell(in_mundaka), in_mundaka.citizen(in_mundaka.ane)
    assert reject_notification(notification=notification, actor=ane).state == NotificationState.REJECTED
    assert open_notification(notification=notification, actor=ane).state == NotificationState.REJECTED
    assert closed == ["rejected"]
    with pytest.raises(DomainError):
        reject_notification(notification=tell(in_mundaka, legal=False), actor=ane)


def test_she_opens_it_from_her_folder_whose_door_only_reads(in_mundaka: Cast) -> None:
    tell(in_mundaka)
    ane = in_mundaka.citizen(in_mundaka.ane)
    with reading_own(in_mundaka.ane.person_id):
        seen = Notification.objects.get()
        assert open_notification(notification=seen, actor=ane).state == NotificationState.ACCESSED
        assert Notification.objects.get().state == NotificationState.ACCESSED


@pytest.mark.parametrize(("language", "words"), [("eu", "Irakurri zure karpetan"), ("es", "Léelo en tu carpeta")])
def test_the_mail_is_in_her_language_with_the_way_to_her_folder(in_mundaka: Cast, language: str, words: str) -> None:
    notification = tell(in_mundaka, language=language)
    run_due(in_mundaka.mundaka.pk)
    (message,) = mail.outbox
    assert words in message.body
    assert f"/mundaka/{language}/folder/notifications/{notification.pk}/" in message.body
    assert message.to == ["ane@example.eus"] and "Mundaka" in message.subject
    # what it is about is told behind the sign-in only
    assert "Ebazpena" not in message.body + message.subject and "Etxebarria" not in message.body
    run_due(in_mundaka.mundaka.pk)
    assert len(mail.outbox) == 1


def test_a_discreet_notice_sends_no_mail(in_mundaka: Cast) -> None:
    tell(in_mundaka, email="")
    run_due(in_mundaka.mundaka.pk)
    assert not mail.outbox


def test_a_mail_for_what_was_opened_meanwhile_is_not_sent(in_mundaka: Cast) -> None:
    notification = tell(in_mundaka)
    open_notification(notification=notification, actor=in_mundaka.citizen(in_mundaka.ane))
    run_due(in_mundaka.mundaka.pk)
    assert not mail.outbox


FIRST = datetime(2026, 6, 1, 11, tzinfo=MADRID)


def on_paper(cast: Cast) -> Notification:
    return tell(cast, channel=Channel.PAPER)


def test_paper_starts_no_ten_days_and_sends_no_mail(in_mundaka: Cast) -> None:
    notification = on_paper(in_mundaka)
    notification.refresh_from_db()
    run_due(in_mundaka.mundaka.pk)
    assert notification.state == NotificationState.AVAILABLE and notification.lapses_on is None and not mail.outbox


@pytest.mark.parametrize(("result", "state"), [("delivered", "accessed"), ("refused", "rejected")])
def test_a_delivery_on_paper_closes_it(in_mundaka: Cast, closed: list[str], result: str, state: str) -> None:
    notification = on_paper(in_mundaka)
    record_delivery(notification=notification, at=FIRST, result=DeliveryResult(result), actor=in_mundaka.clerk())
    notification.refresh_from_db()
    assert notification.state == state and notification.closed_at == FIRST and closed == [state]


@pytest.mark.parametrize(
    ("later", "allowed"),
    [
        (timedelta(hours=4), True),  # 15:00
        (timedelta(hours=2), False),  # too soon
        (timedelta(days=1), False),  # the same half of the day
        (timedelta(days=2, hours=5), True),
        (timedelta(days=3, hours=5), False),  # too late
    ],
)
def test_the_second_attempt_is_at_another_time_within_three_days(
    in_mundaka: Cast, later: timedelta, allowed: bool
) -> None:
    notification, clerk = on_paper(in_mundaka), in_mundaka.clerk()
    record_delivery(notification=notification, at=FIRST, result=DeliveryResult.ABSENT, actor=clerk)
    if not allowed:
        with pytest.raises(DomainError):
            record_delivery(notification=notification, at=FIRST + later, result=DeliveryResult.ABSENT, actor=clerk)
        return
    record_delivery(notification=notification, at=FIRST + later, result=DeliveryResult.ABSENT, actor=clerk)
    with pytest.raises(DomainError):
        record_delivery(notification=notification, at=FIRST + later, result=DeliveryResult.ABSENT, actor=clerk)
    record_delivery(
        notification=notification, at=FIRST + timedelta(days=9), result=DeliveryResult.PUBLISHED, actor=clerk
    )
    notification.refresh_from_db()
    assert notification.state == NotificationState.PUBLISHED


def test_it_is_not_published_before_two_attempts(in_mundaka: Cast) -> None:
    with pytest.raises(DomainError):
        record_delivery(
            notification=on_paper(in_mundaka), at=FIRST, result=DeliveryResult.PUBLISHED, actor=in_mundaka.clerk()
        )


def test_reached_both_ways_the_first_one_counts(in_mundaka: Cast, closed: list[str]) -> None:
    notification = on_paper(in_mundaka)
    open_notification(notification=notification, actor=in_mundaka.citizen(in_mundaka.ane))
    record_delivery(notification=notification, at=FIRST, result=DeliveryResult.DELIVERED, actor=in_mundaka.clerk())
    notification.refresh_from_db()
    assert closed == ["accessed"] and notification.attempts.count() == 1
    assert "attempt" not in notification.evidence


@given(st.integers(0, 20 * 366 * 86400))
def test_the_last_day_ends_at_midnight_in_bizkaia(seconds: int) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    notification = Notification(lapses_on=timezone.localdate(moment) + timedelta(days=10), state="available")
    last = datetime.combine(notification.lapses_on, datetime.max.time(), tzinfo=MADRID)
    assert not notifying._is_over(notification, timezone.localdate(last))
    assert notifying._is_over(notification, timezone.localdate(last + timedelta(seconds=1)))


def a_document() -> Document:
    return new_document(
        kind="TD07",
        title_eu="a",
        title_es="b",
        template="volante",
        context=dict(SAMPLES["volante"]),
        language="eu",
        actor=SYSTEM,
    )

"""Asking for a correction, the clock meanwhile, and the three ways in which it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from case_files.constants import Outcome, State, StepState, TermUnit
from case_files.models import CaseFile
from case_files.services import (
    ask_correction,
    clock,
    lapse_corrections,
    plain_status,
    receive_correction,
    resolve,
    to_do,
    tracker,
)
from case_files.services.workflow import find
from core.audit.constants import Level
from core.audit.models import AuditRow
from core.audit.services import explain
from core.municipalities.models import DayOff
from core.municipalities.scope import acting_for, reading_own
from core.municipalities.services import DomainError, forget_calendar, terms
from core.notifications.constants import DeliveryResult
from core.notifications.models import Notification
from core.notifications.services import make_available, open_notification, record_delivery
from registry.constants import Mode
from registry.models import Entry
from registry.services import entering
from tests.cast import Cast
from tests.clients import sign_in

from .files import ITEM, TEXT, open_notifications, open_task, opened

MADRID = ZoneInfo("Europe/Madrid")
TOWNS = (1,)


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=MADRID)  # type: ignore[misc, arg-type]


@contextmanager
def on(*day: int) -> Iterator[None]:
    """Noon of a day for everything but the book, whose clock is Postgres's."""
    real = terms.local_today()
    deemed = entering._deemed_days

    def of_the_book(town: int) -> dict[str, str]:
        with patch.object(terms, "local_today", return_value=real):
            return deemed(town)

    with (
        patch("django.utils.timezone.now", return_value=at(*day, 12)),
        patch.object(entering, "_deemed_days", of_the_book),
    ):
        yield


@pytest.fixture
def asked(in_mundaka: Cast) -> CaseFile:
    """Filed on Wednesday 15 April 2026 with a month to answer; corrected on the 20th; opened on the 30th."""
    DayOff.objects.create(municipality=in_mundaka.mundaka, day=date(2026, 5, 1), name="Langileen eguna")
    forget_calendar()
    with on(2026, 4, 15):
        case_file = opened(in_mundaka)
    with on(2026, 4, 20):
        ask_correction(case_file=case_file, items=ITEM, actor=in_mundaka.clerk())
    with on(2026, 4, 30):
        open_notifications(case_file, in_mundaka.citizen(in_mundaka.ane))
    case_file.refresh_from_db()
    return case_file


def test_the_clock_runs_until_she_is_notified(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    ask_correction(case_file=case_file, items=ITEM, actor=in_mundaka.clerk())
    case_file.refresh_from_db()
    assert (case_file.state, case_file.suspended_since) == (State.SUSPENDED, None)
    assert case_file.corrections.get().due_on is None


def test_ten_working_days_run_from_the_notification(asked: CaseFile) -> None:
    assert asked.corrections.get().due_on == date(2026, 5, 15)  # the fact book's worked example
    assert asked.suspended_since == date(2026, 4, 30)


def test_a_notification_that_lapses_starts_the_ten_days_too(in_mundaka: Cast) -> None:
    from core.notifications.services import lapse_due

    case_file = opened(in_mundaka)
    ask_correction(case_file=case_file, items=ITEM, actor=in_mundaka.clerk())
    notification = make_available(Notification.objects.get())
    assert notification.lapses_on
    lapse_due(notification.lapses_on + timedelta(days=1))
    case_file.refresh_from_db()
    assert case_file.suspended_since == notification.lapses_on
    assert case_file.corrections.get().due_on


def test_delivered_the_term_moves_by_the_days_it_stood(asked: CaseFile, in_mundaka: Cast) -> None:
    assert asked.due_on == date(2026, 5, 15)
    with on(2026, 5, 6):
        entry = receive_correction(
            case_file=asked, data={"0": "Hona"}, key="k", actor=in_mundaka.citizen(in_mundaka.ane)
        )
    asked.refresh_from_db()
    assert (asked.state, asked.suspended_days, asked.due_on) == (State.OPEN, 6, date(2026, 5, 21))
    assert entry.book.kind == "E" and entry.receipt and entry.receipt.context["number"] == entry.reference
    assert find(asked, "amendment")["state"] == StepState.DONE  # type: ignore[index]
    assert open_task(asked).step == "check_docs"


def test_delivered_twice_it_is_one_entry(asked: CaseFile, in_mundaka: Cast) -> None:
    ane = in_mundaka.citizen(in_mundaka.ane)
    first = receive_correction(case_file=asked, data={"0": "Hona"}, key="k", actor=ane)
    assert receive_correction(case_file=asked, data={"0": "Hona"}, key="k", actor=ane) == first
    with pytest.raises(DomainError):
        receive_correction(case_file=asked, data={"0": "Hona"}, key="other", actor=ane)


def test_an_empty_delivery_is_refused(asked: CaseFile, in_mundaka: Cast) -> None:
    with pytest.raises(DomainError):
        receive_correction(case_file=asked, data={"0": " "}, key="k", actor=in_mundaka.citizen(in_mundaka.ane))


def test_not_delivered_it_may_be_declared_withdrawn(asked: CaseFile, in_mundaka: Cast) -> None:
    assert lapse_corrections(date(2026, 5, 15)) == 0
    assert lapse_corrections(date(2026, 5, 16)) == 1
    assert lapse_corrections(date(2026, 5, 17)) == 0
    asked.refresh_from_db()
    assert (asked.state, asked.due_on) == (State.OPEN, date(2026, 6, 1))  # 15 days later is Saturday the 30th
    resolve(case_file=asked, outcome=Outcome.WITHDRAWN, text=TEXT, actor=in_mundaka.clerk())
    open_notifications(asked, in_mundaka.citizen(in_mundaka.ane))
    asked.refresh_from_db()
    assert asked.state == State.WITHDRAWN


def test_late_but_before_the_declaration_it_still_counts(asked: CaseFile, in_mundaka: Cast) -> None:
    lapse_corrections(date(2026, 5, 16))
    receive_correction(case_file=asked, data={"0": "Berandu"}, key="k", actor=in_mundaka.citizen(in_mundaka.ane))
    assert asked.corrections.get().answered_at


def test_only_one_correction_at_a_time(asked: CaseFile, in_mundaka: Cast) -> None:
    with pytest.raises(DomainError):
        ask_correction(case_file=asked, items=ITEM, actor=in_mundaka.clerk())
    with pytest.raises(DomainError):
        ask_correction(case_file=opened(in_mundaka), items=[{"text_eu": ""}], actor=in_mundaka.clerk())


def test_she_is_told_what_to_do_and_until_when(asked: CaseFile, in_mundaka: Cast) -> None:
    assert "15" in plain_status(asked)
    assert [node.code for node in tracker(asked) if node.state == "current"] == ["amendment"]
    with reading_own(in_mundaka.ane.person_id):
        (thing,) = to_do(in_mundaka.ane.person_id)
    assert (thing.what, thing.until, thing.reference) == ("correct", date(2026, 5, 15), asked.reference)


def filed_with(cast: Cast) -> CaseFile:
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast)
        ask_correction(case_file=case_file, items=ITEM, actor=cast.clerk())
        make_available(Notification.objects.get())
    open_notification(
        notification=Notification(pk=_only(cast), municipality_id=cast.mundaka.pk), actor=cast.citizen(cast.ane)
    )
    return case_file


def _only(cast: Cast) -> int:
    with acting_for(cast.mundaka.pk):
        return int(Notification.objects.get().pk)


def test_she_delivers_it_on_her_page_with_a_file(cast: Cast, citizen_client: Client) -> None:
    case_file = filed_with(cast)
    # from another town's site: the file's town is in the address
    address = f"/balmaseda/eu/folder/files/mundaka/{case_file.reference}/"
    html = citizen_client.get(address).content.decode()
    assert "Aurrekontua falta da" in html
    pdf = SimpleUploadedFile("aurrekontua.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")
    answer = citizen_client.post(
        f"{address}answer/", {"key": uuid4().hex, "answer_0": "Hona hemen", "attachments": [pdf]}
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    with acting_for(cast.mundaka.pk):
        case_file.refresh_from_db()
        assert case_file.state == State.OPEN
        entry = Entry.objects.get(case_reference=case_file.reference, book__kind="E")
        assert entry.attachments[0]["file_name"] == "aurrekontua.pdf"


def test_a_program_is_not_taken_and_nothing_is_filed(cast: Cast, citizen_client: Client) -> None:
    case_file = filed_with(cast)
    address = f"/mundaka/eu/folder/files/mundaka/{case_file.reference}/"
    exe = SimpleUploadedFile("aurrekontua.pdf", b"MZ\x90\x00" + b"0" * 100, "application/pdf")
    answer = citizen_client.post(f"{address}answer/", {"key": uuid4().hex, "answer_0": "Hona", "attachments": [exe]})
    assert answer.status_code == 200 and "errsum" in answer.content.decode()
    with acting_for(cast.mundaka.pk):
        assert not Entry.objects.filter(book__kind="E").exists()


@pytest.mark.parametrize("page", ["write", "answer", "withdraw"])
def test_her_neighbour_finds_no_such_page(cast: Cast, page: str) -> None:
    case_file = filed_with(cast)
    jon = sign_in(Client(), cast.jon, level=Level.CERTIFICATE)
    for town in ("mundaka", "balmaseda"):
        for method in (jon.get, jon.post):
            assert method(f"/mundaka/eu/folder/files/{town}/{case_file.reference}/{page}/").status_code == 404


def test_she_writes_and_withdraws_on_her_pages(cast: Cast, citizen_client: Client) -> None:
    case_file = filed_with(cast)
    address = f"/mundaka/es/folder/files/mundaka/{case_file.reference}/"
    assert citizen_client.post(f"{address}write/", {"key": "b" * 32, "text": "Kaixo"}).status_code == 302
    assert "errsum" in citizen_client.post(f"{address}withdraw/", {"key": "c" * 32}).content.decode()
    assert citizen_client.post(f"{address}withdraw/", {"key": "c" * 32, "sure": "on"}).status_code == 302
    with acting_for(cast.mundaka.pk):
        codes = set(case_file.events.values_list("code", flat=True))
        assert {"message_received", "withdrawal_asked"} <= codes


def test_on_paper_a_clerk_has_a_task_and_registers_the_answer(cast: Cast, clerk_client: Client) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast)
        case_file.parties.update(channel="paper")
        ask_correction(case_file=case_file, items=ITEM, actor=cast.clerk())
        assert set(open_steps(case_file)) == {"check_docs", "amendment"}
        letter = make_available(Notification.objects.get())
        record_delivery(notification=letter, at=timezone.now(), result=DeliveryResult.DELIVERED, actor=cast.clerk())
        assert case_file.tasks.get(step="amendment").due_on == case_file.corrections.get().due_on
    assert "Erregistratu herritarrak" in clerk_client.get("/mundaka/eu/admin/case-files/").content.decode()
    address = f"/mundaka/eu/admin/case-files/{case_file.reference}/receive/"
    assert "Aurrekontua falta da" in clerk_client.get(address).content.decode()
    assert "errsum" in clerk_client.post(address, {"seen": 9, "answer_0": ""}).content.decode()
    pdf = SimpleUploadedFile("aurrekontua.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")
    assert clerk_client.post(address, {"seen": 9, "answer_0": "Postaz", "attachments": [pdf]}).status_code == 302
    with acting_for(cast.mundaka.pk):
        entry = Entry.objects.get(case_reference=case_file.reference, book__kind="E")
        assert (entry.mode, entry.party["name"]) == (Mode.DESK, "Ane Etxebarria Uriarte")
        case_file.refresh_from_db()
        assert case_file.state == State.OPEN and open_steps(case_file) == ["check_docs"]


def test_nobody_waits_for_a_letter_that_lapsed(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    case_file.parties.update(channel="paper")
    ask_correction(case_file=case_file, items=ITEM, actor=in_mundaka.clerk())
    case_file.corrections.update(due_on=date(2026, 5, 15))
    lapse_corrections(date(2026, 5, 16))
    assert open_steps(case_file) == ["check_docs"]


def test_each_term_that_ends_is_audited_also_when_nothing_waits_for_it(in_mundaka: Cast) -> None:
    waiting, gone_on = opened(in_mundaka), opened(in_mundaka)
    for case_file in (waiting, gone_on):
        ask_correction(case_file=case_file, items=ITEM, actor=in_mundaka.clerk())
        case_file.corrections.update(due_on=date(2026, 5, 15))
    CaseFile.objects.filter(pk=gone_on.pk).update(state=State.OPEN)
    assert lapse_corrections(date(2026, 5, 16)) == 2
    rows = AuditRow.objects.filter(action__in=("case_files.request_lapsed", "case_files.correction_lapsed"))
    assert sorted(rows.values_list("object_id", "action")) == sorted(
        [
            (waiting.pk, "case_files.correction_lapsed"),
            (waiting.pk, "case_files.request_lapsed"),
            (gone_on.pk, "case_files.request_lapsed"),
        ]
    )
    assert all(explain(row) != row.action for row in rows)


def test_on_the_screen_no_clerk_gets_a_task_for_it(asked: CaseFile) -> None:
    assert open_steps(asked) == ["check_docs"]


def open_steps(case_file: CaseFile) -> list[str]:
    return list(case_file.tasks.filter(state="open").order_by("pk").values_list("step", flat=True))


# --- the clock by itself ---

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
UNITS = st.sampled_from([TermUnit.WORKING_DAYS, TermUnit.DAYS, TermUnit.MONTHS])


@pytest.fixture
def no_days_off() -> object:
    with patch.object(terms, "_year", return_value=terms._Year(frozenset(), {}, 0.0)):
        yield


@pytest.mark.usefixtures("no_days_off")
@given(filed=DAYS, value=st.integers(1, 30), unit=UNITS, stop=st.integers(0, 60), stood=st.integers(0, 90))
def test_a_term_never_gets_shorter_nor_ends_on_a_day_off(
    filed: date, value: int, unit: TermUnit, stop: int, stood: int
) -> None:
    due = clock.due_day(filed, value=min(value, 6) if unit == TermUnit.MONTHS else value, unit=unit, towns=TOWNS)
    file = CaseFile(term_from=filed, term_value=value, term_unit=unit, due_on=due)
    assert due and terms.is_working_day(due, towns=TOWNS)
    since = filed + timedelta(days=stop)
    clock.stop(file, since)
    clock.resume(file, since + timedelta(days=stood), towns=TOWNS)
    assert file.due_on and file.due_on >= (due if unit != TermUnit.MONTHS else filed)
    assert file.suspended_since is None and terms.is_working_day(file.due_on, towns=TOWNS)


@pytest.mark.usefixtures("no_days_off")
@given(filed=DAYS, value=st.integers(1, 30), stop=st.integers(0, 20), stood=st.integers(1, 60))
def test_working_days_that_were_left_are_left(filed: date, value: int, stop: int, stood: int) -> None:
    due = clock.due_day(filed, value=value, unit=TermUnit.WORKING_DAYS, towns=TOWNS)
    since = filed + timedelta(days=stop)
    assert due
    left = terms.working_days_between(since, due, towns=TOWNS)
    file = CaseFile(term_from=filed, term_value=value, term_unit=TermUnit.WORKING_DAYS, due_on=due)
    clock.stop(file, since)
    clock.resume(file, since + timedelta(days=stood), towns=TOWNS)
    if left >= 0 and due >= since:
        assert terms.working_days_between(since + timedelta(days=stood), file.due_on, towns=TOWNS) == left


@pytest.mark.usefixtures("no_days_off")
@given(filed=DAYS, months=st.integers(1, 6))
def test_months_are_the_terms_own_months(filed: date, months: int) -> None:
    due = clock.due_day(filed, value=months, unit=TermUnit.MONTHS, towns=TOWNS)
    assert due == terms.add_months(filed, months, towns=TOWNS)

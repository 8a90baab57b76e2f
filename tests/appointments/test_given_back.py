"""An hour that was booked with a request: when the file ends without it, it is somebody else's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from case_files.constants import AskKind, Outcome
from case_files.models import CaseFile, CorrectionRequest
from case_files.services import answer_at_once, close, history_sentence, resolve, withdraw
from core.audit.models import AuditRow
from core.documents.constants import DocumentKind
from core.documents.models import Document
from core.municipalities.scope import acting_for
from core.notifications.services import run_due
from procedures.constants import FieldType
from tests.case_files.files import TEXT, do, opened, walk_to
from tests.cast import Cast
from town_hall.appointments.constants import State
from town_hall.appointments.models import Booking, Desk, Service

from .desks import booked, make_desk, make_office, make_service

ASKS = {"fields": [{"name": "appointment_slot", "type": FieldType.APPOINTMENT}]}
End = Callable[[CaseFile, Cast], object]


@pytest.fixture
def place(cast: Cast) -> tuple[Service, Desk]:
    with acting_for(cast.mundaka.pk):
        service = make_service()
        return service, make_desk(make_office(), service)


def with_hour(cast: Cast, place: tuple[Service, Desk], template: str = "LICE", **more: object) -> CaseFile:
    """A file of Ane's whose request booked the first hour of a Monday to come."""
    case_file = opened(cast, template, form=ASKS)
    booked(cast, *place, case_reference=case_file.reference, person_id=cast.ane.person_id, **more)
    return case_file


def her_withdrawal(case_file: CaseFile, cast: Cast) -> object:
    return withdraw(case_file=case_file, key="w", actor=cast.citizen(cast.ane))


def decided(outcome: Outcome) -> End:
    return lambda case_file, cast: resolve(case_file=case_file, outcome=outcome, text=TEXT, actor=cast.clerk())


def lapsed(case_file: CaseFile, cast: Cast) -> object:
    over = timezone.now()
    CorrectionRequest.objects.create(
        municipality=cast.mundaka, case_file=case_file, kind=AskKind.WARNING, lapsed_at=over
    )
    return decided(Outcome.LAPSED)(case_file, cast)


def denied(case_file: CaseFile, cast: Cast, outcome: Outcome = Outcome.DENIED) -> object:
    return do(walk_to(case_file, "resolution", cast.clerk()), cast.clerk(), outcome)


def by_hand(case_file: CaseFile, cast: Cast) -> object:
    return close(case_file=case_file, reason="Ez da etorriko", actor=cast.clerk())


@pytest.mark.parametrize(
    ("end", "template"),
    [
        (her_withdrawal, "LICE"),
        (her_withdrawal, "COUN"),
        (decided(Outcome.WITHDRAWN), "LICE"),
        (decided(Outcome.INADMISSIBLE), "LICE"),
        (lapsed, "LICE"),
        (denied, "LICE"),
        (by_hand, "COUN"),
    ],
    ids=["withdrawn", "withdrawn at once", "desisted", "inadmissible", "lapsed", "denied", "closed by hand"],
)
def test_a_file_that_ends_without_it_gives_the_hour_back(
    in_mundaka: Cast, place: tuple[Service, Desk], end: End, template: str
) -> None:
    case_file = with_hour(in_mundaka, place, template)
    end(case_file, in_mundaka)
    assert Booking.objects.get().state == State.CANCELLED
    assert AuditRow.objects.get(action="appointments.cancelled").subject_person_id == in_mundaka.ane.person_id
    line = case_file.events.get(code="appointment_cancelled")
    assert line.public and history_sentence(line)
    again = booked(in_mundaka, *place, name="Jon", email="jon@example.eus", actor=in_mundaka.citizen(in_mundaka.jon))
    assert again.starts_at == Booking.objects.get(state=State.CANCELLED).starts_at
    run_due(in_mundaka.mundaka.pk, 50)
    told = [one for one in mail.outbox if one.to == ["ane@example.eus"] and one.attachments]
    assert len(told) == 1 and "CANCELLED" in str(told[0].attachments[0])


def granted(case_file: CaseFile, cast: Cast) -> object:
    return denied(case_file, cast, Outcome.GRANTED)


def at_once(case_file: CaseFile, cast: Cast) -> object:
    titles = {"title_eu": "Agiria", "title_es": "Justificante"}
    document = Document.objects.create(
        municipality=cast.mundaka, csv="A" * 24, kind=DocumentKind.COMMUNICATION, **titles
    )
    return answer_at_once(case_file=case_file, document=document, actor=cast.citizen(cast.ane))


def she_comes_all_the_same(case_file: CaseFile, cast: Cast) -> object:
    return close(case_file=case_file, reason="Bertan egingo da", keeps_visit=True, actor=cast.clerk())


@pytest.mark.parametrize(("end", "template"), [(granted, "LICE"), (at_once, "COUN"), (she_comes_all_the_same, "COUN")])
def test_a_file_that_ends_well_keeps_it(in_mundaka: Cast, place: tuple[Service, Desk], end: End, template: str) -> None:
    case_file = with_hour(in_mundaka, place, template)
    end(case_file, in_mundaka)
    assert Booking.objects.get().state == State.BOOKED
    assert not AuditRow.objects.filter(action="appointments.cancelled").exists()


@pytest.mark.parametrize("state", [State.BOOKED, State.ATTENDED, State.NO_SHOW])
def test_what_is_past_is_not_touched(in_mundaka: Cast, place: tuple[Service, Desk], state: State) -> None:
    case_file = with_hour(in_mundaka, place)
    over = timezone.now() - timedelta(hours=3)
    Booking.objects.update(starts_at=over, ends_at=over + timedelta(minutes=30), state=state)
    her_withdrawal(case_file, in_mundaka)
    assert Booking.objects.get().state == state
    assert not case_file.events.filter(code="appointment_cancelled").exists()


def test_another_files_hour_stays(in_mundaka: Cast, place: tuple[Service, Desk]) -> None:
    with_hour(in_mundaka, place)
    her_withdrawal(opened(in_mundaka, form=ASKS), in_mundaka)
    assert Booking.objects.get().state == State.BOOKED


def test_the_clerk_sees_the_hour_and_says_what_becomes_of_it(
    cast: Cast, clerk_client: Client, place: tuple[Service, Desk]
) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = with_hour(cast, place, "COUN", email="", phone="600111222")
    address = f"/mundaka/eu/admin/case-files/{case_file.reference}/"
    assert "600111222" in clerk_client.get(address).content.decode()
    form = clerk_client.get(f"{address}close/")
    assert "Udaletxea" in form.content.decode() and form.context["form"].fields["cancels_visit"].initial
    said = {"seen": form.context["form"].initial["seen"], "text": "Ez da etorriko"}
    assert clerk_client.post(f"{address}close/", said | {"cancels_visit": "on"}).status_code == 302
    with acting_for(cast.mundaka.pk):
        assert Booking.objects.get().state == State.CANCELLED
    assert "600111222" not in clerk_client.get(address).content.decode()


def test_the_clerk_may_leave_the_hour_as_it_is(cast: Cast, clerk_client: Client, place: tuple[Service, Desk]) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = with_hour(cast, place, "COUN")
    address = f"/mundaka/eu/admin/case-files/{case_file.reference}/close/"
    seen = clerk_client.get(address).context["form"].initial["seen"]
    assert clerk_client.post(address, {"seen": seen, "text": "Bertan egingo da"}).status_code == 302
    with acting_for(cast.mundaka.pk):
        assert Booking.objects.get().state == State.BOOKED


def test_she_reads_before_she_withdraws_that_the_hour_goes_too(
    cast: Cast, citizen_client: Client, place: tuple[Service, Desk]
) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = with_hour(cast, place)
    page = citizen_client.get(f"/eu/folder/files/mundaka/{case_file.reference}/withdraw/")
    assert "Zure hitzordua ere ezeztatu egingo da" in page.content.decode()

"""However a case file ends, nobody is asked to sign in it any more, and whoever was asked is told; what she answers is
told to whoever works on it."""

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

import case_files
from case_files.constants import Capacity, Outcome, State
from case_files.models import CaseEvent, CaseFile, CaseParty
from case_files.services import close, end_appointment, resolve, withdraw
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError
from core.notifications.constants import CLOSED
from core.notifications.models import Notification
from core.notifications.services import make_available, open_notification
from core.signing.constants import Method, RequestState
from core.signing.models import SigningRequest
from core.signing.services import ask, begin, sweep_over
from tests.case_files.files import TEXT, do, open_task, open_tasks, opened, party, walk_to
from tests.cast import Cast
from tests.signing.conftest import address, made, shown

pytestmark = pytest.mark.django_db
End = Callable[[CaseFile, Cast], object]
FILES = "/mundaka/eu/admin/case-files"


def asked_in(case_file: CaseFile, cast: Cast) -> SigningRequest:
    """Jon, who is a party too, is asked to sign."""
    party(cast.jon, capacity="interested", identifier="87654321X", case_file=case_file).save()
    return ask(
        document=made(cast.clerk()),
        person=cast.jon.person,
        name="Jon",
        case_reference=case_file.reference,
        actor=cast.clerk(),
    )


def withdrawn(case_file: CaseFile, cast: Cast) -> None:
    withdraw(case_file=case_file, key="w" * 32, actor=cast.citizen(cast.ane))


def closed(case_file: CaseFile, cast: Cast) -> None:
    close(case_file=case_file, reason="Errepikatua", actor=cast.clerk())


def decided_early(outcome: Outcome) -> End:
    return lambda case_file, cast: (resolve(case_file=case_file, outcome=outcome, text=TEXT, actor=cast.clerk()), None)[
        1
    ]


def worked_to_its_end(case_file: CaseFile, cast: Cast) -> None:
    while (tasks := open_tasks(case_file)) or opened_by_both(case_file, cast):
        if tasks:
            do(tasks[0], cast.clerk())


def opened_by_both(case_file: CaseFile, cast: Cast) -> int:
    """How many notifications Ane and Jon opened."""
    waiting = list(Notification.objects.filter(reference=case_file.reference, legal=True).exclude(state__in=CLOSED))
    for notification in waiting:
        make_available(notification)
        whose = cast.ane if notification.person_id == cast.ane.person_id else cast.jon
        open_notification(notification=notification, actor=replace(cast.citizen(whose), proved=True))
    return len(waiting)


def appointment(code: str) -> End:
    def act(case_file: CaseFile, cast: Cast) -> None:
        walk_to(case_file, "attend", cast.clerk())
        end_appointment(reference=case_file.reference, code=code, actor=cast.clerk())

    return act


ENDINGS = {
    "withdrawn, never to be decided": ("COUN", withdrawn),
    "withdrawn, to be declared": ("LICE", withdrawn),
    "closed by hand": ("COUN", closed),
    "declared withdrawn": ("LICE", decided_early(Outcome.WITHDRAWN)),
    "inadmissible": ("LICE", decided_early(Outcome.INADMISSIBLE)),
    "decided and notified": ("LICE", worked_to_its_end),
    "done, never to be decided": ("COUN", worked_to_its_end),
    "she did not come": ("DISC", appointment("appointment_missed")),
    "she cancelled her hour": ("DISC", appointment("appointment_cancelled")),
    "she came": ("DISC", appointment("appointment_attended")),
}


@pytest.mark.parametrize(("template", "end"), ENDINGS.values(), ids=ENDINGS)
def test_what_ends_a_file_ends_what_it_asked_to_be_signed(
    cast: Cast, clerk_client: Client, template: str, end: End
) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast, template)
        request = asked_in(case_file, cast)
        end(case_file, cast)
        request.refresh_from_db()
        assert request.state == RequestState.CANCELLED and request.reason
        told = Notification.objects.get(person=cast.jon.person, subject_eu__startswith="Udalak ez dizu jada")
        assert request.reason in told.body_eu and told.reference == case_file.reference
        assert CaseEvent.objects.filter(case_file=case_file, code="signature_cancelled").count() == 1
        with pytest.raises(DomainError) as refusal:
            begin(request=request, method=Method.DEMO, sha256=shown(request), minutes=5, actor=cast.citizen(cast.jon))
        assert refusal.value.code == "closed"
    page = clerk_client.get(f"{FILES}/{case_file.reference}/?section=documents").content.decode()
    assert request.reason in page


def ended(case_file: CaseFile) -> None:
    CaseFile.objects.filter(pk=case_file.pk).update(state=State.CLOSED)


def being_withdrawn(case_file: CaseFile) -> None:
    CaseEvent.objects.create(case_file=case_file, code="withdrawal_asked")


def she_has_left(case_file: CaseFile) -> None:
    CaseParty.objects.filter(case_file=case_file).update(capacity=Capacity.FORMER)


def her_power_has_ended(case_file: CaseFile) -> None:
    CaseParty.objects.filter(case_file=case_file).update(valid_to=timezone.localdate() - timedelta(days=1))


@pytest.mark.parametrize("over", [ended, being_withdrawn, she_has_left, her_power_has_ended])
def test_nothing_is_signed_of_what_is_over_though_its_request_was_passed_over(
    citizen_client: Client, cast: Cast, over: Callable[[CaseFile], None]
) -> None:
    """Whoever ends a file, or a power, waits for nobody: a request that was being signed that moment, in vain, is still
    open, until the night."""
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast)
        request = ask(
            document=made(cast.clerk()), person=cast.ane.person, name="Ane", case_reference=case_file.reference,
            actor=cast.clerk(),
        )  # fmt: skip
        over(case_file)
    citizen_client.post(address(request, "demo/"), {"sha256": shown(request)})
    assert "ez dago zure sinaduraren zain" in citizen_client.get(address(request)).content.decode()
    with acting_for(cast.mundaka.pk):
        assert SigningRequest.objects.get().state == RequestState.OPEN
    assert [sweep_over(cast.mundaka.pk), sweep_over(cast.mundaka.pk)] == [1, 0]
    with acting_for(cast.mundaka.pk):
        request.refresh_from_db()
        assert request.state == RequestState.CANCELLED and "Ha terminado" in request.reason
        assert CaseEvent.objects.filter(case_file=case_file, code="signature_cancelled").count() == 1


def test_what_is_asked_after_a_withdrawal_that_was_not_accepted_is_signed(cast: Cast) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast)
        being_withdrawn(case_file)
        asked_in(case_file, cast)
    assert sweep_over(cast.mundaka.pk) == 0


def test_one_place_ends_files() -> None:
    """But for a file that is answered in the visit that opens it: nobody has been asked anything in it."""
    found = set()
    for path in (Path(case_files.__file__).parent / "services").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                set_there = {
                    one.attr
                    for part in ast.walk(node)
                    if isinstance(part, ast.Assign)
                    for target in part.targets
                    for one in ast.walk(target)
                    if isinstance(one, ast.Attribute)
                }
                if "closed_at" in set_there:
                    found.add(f"{path.stem}.{node.name}")
    assert found == {"base.end", "opening.answer_at_once"}


@pytest.mark.parametrize(
    ("path", "given", "words"),
    [("demo/", {}, "Sinatuta dago (Ane)"), ("decline/", {"reason": "Ez nago ados"}, "Ez nago ados")],
)
def test_whoever_works_on_the_file_is_told_what_she_answered(
    citizen_client: Client, clerk_client: Client, cast: Cast, path: str, given: dict[str, str], words: str
) -> None:
    with acting_for(cast.mundaka.pk):
        case_file = opened(cast)
        task = open_task(case_file)
        task.said = dict.fromkeys(("eu", "es", "en"), "Deitu arkitektoari")
        task.save()
        seen = CaseFile.objects.get(pk=case_file.pk).version
        request = ask(
            document=made(cast.clerk()), person=cast.ane.person, name="Ane", case_reference=case_file.reference,
            actor=cast.clerk(),
        )  # fmt: skip
    citizen_client.post(address(request, path), {"sha256": shown(request), **given})
    page = clerk_client.get(f"{FILES}/{case_file.reference}/").content.decode()
    assert words in page and "Deitu arkitektoari" in page
    with acting_for(cast.mundaka.pk):
        assert CaseFile.objects.get(pk=case_file.pk).version == seen + 1  # an open page knows that it is old

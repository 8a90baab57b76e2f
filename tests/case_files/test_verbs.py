"""Each verb: its right, its audit row, its line of history, and what it refuses."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from case_files.constants import Outcome, State, TaskState
from case_files.models import CaseFile, CaseTask
from case_files.services import (
    add_note,
    ask_correction,
    assign,
    close,
    complete_task,
    hand_to_unit,
    history_sentence,
    message_citizen,
    message_from_citizen,
    note_fee,
    propose,
    reassign_unit,
    release,
    resolve,
    return_task,
    take,
    withdraw,
    write_report,
)
from case_files.services.opening import unit_for
from core.audit.models import AuditRow
from core.audit.services import Actor, explain
from core.documents.models import Document
from core.identity.constants import Role
from core.identity.models import Membership
from core.municipalities.models import Unit
from core.municipalities.services import DomainError, terms
from core.notifications.models import Notification, OutboxRow
from registry.models import Entry
from tests.cast import Cast, make_clerk

from .files import ITEM, TEXT, do, open_notifications, open_task, opened, walk_to
from .test_walking import walk

Verb = Callable[[CaseFile, Actor, Cast], Any]


def there(cast: Cast) -> Unit:
    """Another unit than the one that handles these files."""
    return Unit.objects.get(municipality=cast.mundaka, code="secretariat")


def at_step(step: str, verb: Callable[[CaseTask, Actor], Any]) -> Verb:
    return lambda case_file, actor, cast: verb(walk_to(case_file, step, cast.clerk()), actor)


VERBS: dict[str, tuple[Verb, Role]] = {
    "taken": (lambda f, a, c: take(task=open_task(f), actor=a), Role.HANDLER),
    "assigned": (lambda f, a, c: assign(task=open_task(f), to=c.miren, actor=a), Role.HANDLER),
    "task_handed": (
        lambda f, a, c: hand_to_unit(task=open_task(f), unit=there(c), note="Zuena da", actor=a),
        Role.HANDLER,
    ),
    "unit_changed": (
        lambda f, a, c: reassign_unit(case_file=f, unit=unit_for([]), actor=a),  # type: ignore[arg-type]
        Role.HANDLER,
    ),
    "step_done": (lambda f, a, c: complete_task(task=open_task(f), actor=a), Role.HANDLER),
    "returned": (
        at_step("technical_report", lambda t, a: return_task(task=t, note="Neurriak falta dira", actor=a)),
        Role.HANDLER,
    ),
    "correction_asked": (lambda f, a, c: ask_correction(case_file=f, items=ITEM, actor=a), Role.HANDLER),
    "fee_due": (at_step("fee_settlement", lambda t, a: note_fee(task=t, amount_cents=3000, actor=a)), Role.HANDLER),
    "report_written": (
        at_step("technical_report", lambda t, a: write_report(task=t, text="Ondo", actor=a)),
        Role.HANDLER,
    ),
    "proposed": (
        at_step("proposal", lambda t, a: propose(task=t, outcome=Outcome.GRANTED, text="Ematea", actor=a)),
        Role.HANDLER,
    ),
    "resolved": (
        at_step(
            "resolution",
            lambda t, a: resolve(case_file=t.case_file, outcome=Outcome.GRANTED, text=TEXT, actor=a),
        ),
        Role.SIGNATORY,
    ),
    "message_sent": (lambda f, a, c: message_citizen(case_file=f, text="Kaixo", actor=a), Role.HANDLER),
    "note": (lambda f, a, c: add_note(case_file=f, text="Deitu", actor=a), Role.HANDLER),
}


@pytest.mark.parametrize("code", VERBS)
def test_it_is_written_in_the_history_and_in_the_audit(in_mundaka: Cast, code: str) -> None:
    verb, role = VERBS[code]
    case_file, actor = opened(in_mundaka), replace(in_mundaka.clerk(), roles=frozenset({role}))
    verb(case_file, actor, in_mundaka)
    row = AuditRow.objects.filter(action=f"case_files.{code}").latest("pk")
    assert (row.actor_user_id, row.subject_person_id) == (in_mundaka.miren.pk, in_mundaka.ane.person_id)
    assert explain(row) != row.action
    line = case_file.events.filter(code=code).latest("pk")
    assert history_sentence(line) != code


@pytest.mark.parametrize("code", VERBS)
def test_it_takes_the_right_role(in_mundaka: Cast, code: str) -> None:
    verb, role = VERBS[code]
    others = frozenset() if code in ("note", "message_sent") else frozenset({Role.REGISTRAR} - {role})
    if code == "unit_changed":  # a registrar may route a file
        others = frozenset({Role.SIGNATORY})
    actor = replace(in_mundaka.clerk(), roles=others)
    if not others:
        actor = in_mundaka.citizen(in_mundaka.ane)
    case_file = opened(in_mundaka)
    with pytest.raises(PermissionDenied):
        verb(case_file, actor, in_mundaka)


def test_a_handler_does_not_resolve(in_mundaka: Cast) -> None:
    task = walk_to(opened(in_mundaka), "resolution", in_mundaka.clerk())
    handler = replace(in_mundaka.clerk(), roles=frozenset({Role.HANDLER}))
    with pytest.raises(PermissionDenied):
        resolve(case_file=task.case_file, outcome=Outcome.GRANTED, text=TEXT, actor=handler)


def test_two_clerks_on_one_file_do_not_overwrite_each_other(in_mundaka: Cast) -> None:
    task = open_task(opened(in_mundaka))
    seen = task.case_file.version
    take(task=task, actor=in_mundaka.clerk(), seen=seen)
    with pytest.raises(DomainError) as refused:
        complete_task(task=task, actor=in_mundaka.clerk(), seen=seen)
    assert refused.value.code == "changed"


def test_a_step_is_done_once(in_mundaka: Cast) -> None:
    task = open_task(opened(in_mundaka))
    complete_task(task=task, actor=in_mundaka.clerk())
    with pytest.raises(DomainError):
        complete_task(task=task, actor=in_mundaka.clerk())


def test_a_colleagues_task_is_taken_before_it_is_done(in_mundaka: Cast) -> None:
    task = open_task(opened(in_mundaka))
    gorka = make_clerk("gorka@mundaka.example", "Gorka", in_mundaka.mundaka, [Role.HANDLER])
    assign(task=task, to=gorka, actor=in_mundaka.clerk())
    with pytest.raises(DomainError, match="Gorka"):
        complete_task(task=task, actor=in_mundaka.clerk())
    take(task=task, actor=in_mundaka.clerk())
    complete_task(task=task, actor=in_mundaka.clerk())


def test_whoever_stands_in_for_her_does_her_tasks(in_mundaka: Cast) -> None:
    gorka = make_clerk("gorka@mundaka.example", "Gorka", in_mundaka.mundaka, [Role.HANDLER])
    task = open_task(opened(in_mundaka))
    assign(task=task, to=gorka, actor=in_mundaka.clerk())
    Membership.objects.create(
        user=in_mundaka.miren,
        role=Role.HANDLER,
        substitutes=gorka,
        valid_from=terms.local_today(),
        valid_to=terms.local_today(),
    )
    complete_task(task=task, actor=in_mundaka.clerk())


def test_a_task_goes_only_to_whom_its_role_fits(in_mundaka: Cast) -> None:
    registrar = make_clerk("r@mundaka.example", "R", in_mundaka.mundaka, [Role.REGISTRAR])
    with pytest.raises(DomainError):
        assign(task=open_task(opened(in_mundaka)), to=registrar, actor=in_mundaka.clerk())
    with pytest.raises(DomainError):
        assign(task=open_task(opened(in_mundaka)), to=in_mundaka.koldo, actor=in_mundaka.clerk())


def test_a_task_is_handed_to_a_unit_with_its_reason_and_the_file_stays(in_mundaka: Cast) -> None:
    task = take(task=open_task(opened(in_mundaka)), actor=in_mundaka.clerk())
    task.note = "Egiaztatu planoa"
    task.save()
    before = task.case_file.unit_id, task.case_file.due_on, task.due_on
    hand_to_unit(task=task, unit=there(in_mundaka), note="Idazkaritzari dagokio", actor=in_mundaka.clerk())
    task = open_task(CaseFile.objects.get())
    assert (task.case_file.unit_id, task.case_file.due_on, task.due_on) == before
    assert (task.unit, task.assignee) == (there(in_mundaka), None)
    assert task.note == "Egiaztatu planoa\nIdazkaritzari dagokio"
    row = AuditRow.objects.get(action="case_files.task_handed")
    assert row.reason == "Idazkaritzari dagokio"
    line = task.case_file.events.get(code="task_handed")
    assert "Idazkaritza" in history_sentence(line) and line.params["text"] == row.reason
    for wrong in ({"unit": there(in_mundaka), "note": "Berriz"}, {"unit": Unit.objects.get(pk=before[0]), "note": " "}):
        with pytest.raises(DomainError):
            hand_to_unit(task=task, actor=in_mundaka.clerk(), **wrong)  # type: ignore[arg-type]


def test_nothing_goes_where_nobody_could_do_it(in_mundaka: Cast) -> None:
    Membership.objects.filter(user=in_mundaka.miren).update(unit=there(in_mundaka))
    archive = Unit.objects.create(code="archive", name_eu="Artxiboa", name_es="Archivo")
    task = open_task(opened(in_mundaka))
    with pytest.raises(DomainError):
        hand_to_unit(task=task, unit=archive, note="Zuena da", actor=in_mundaka.clerk())
    with pytest.raises(DomainError):
        reassign_unit(case_file=task.case_file, unit=archive, actor=in_mundaka.clerk())
    in_mundaka.miren.is_active = False
    in_mundaka.miren.save()
    with pytest.raises(DomainError):
        assign(task=task, to=in_mundaka.miren, actor=in_mundaka.clerk())


def test_released_it_is_nobodys(in_mundaka: Cast) -> None:
    task = take(task=open_task(opened(in_mundaka)), actor=in_mundaka.clerk())
    assert release(task=task, actor=in_mundaka.clerk()).assignee is None


def test_a_slip_is_undone_one_step_back(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    complete_task(task=open_task(case_file), actor=in_mundaka.clerk())
    back = return_task(task=open_task(case_file), note="Planoa falta da", actor=in_mundaka.clerk())
    assert (back.step, back.assignee, back.note) == ("check_docs", in_mundaka.miren, "Planoa falta da")
    case_file.refresh_from_db()
    assert case_file.step == "check_docs"
    do(open_task(case_file), in_mundaka.clerk())
    assert open_task(case_file).step == "fee_settlement"


def test_what_was_decided_is_not_undone(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    do(walk_to(case_file, "resolution", in_mundaka.clerk()), in_mundaka.clerk())
    open_notifications(case_file, in_mundaka.citizen(in_mundaka.ane))
    with pytest.raises(DomainError):
        return_task(task=open_task(case_file), note="Ez", actor=in_mundaka.clerk())  # tax_settlement


def test_a_file_is_not_resolved_before_its_time(in_mundaka: Cast) -> None:
    with pytest.raises(DomainError):
        resolve(case_file=opened(in_mundaka), outcome=Outcome.GRANTED, text=TEXT, actor=in_mundaka.clerk())


def test_a_resolution_needs_reasons(in_mundaka: Cast) -> None:
    task = walk_to(opened(in_mundaka), "resolution", in_mundaka.clerk())
    with pytest.raises(DomainError):
        resolve(case_file=task.case_file, outcome=Outcome.DENIED, text={"eu": " "}, actor=in_mundaka.clerk())


def test_the_parties_read_the_decision_once_they_are_notified(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    do(walk_to(case_file, "resolution", in_mundaka.clerk()), in_mundaka.clerk())
    place = case_file.documents.get(role="resolution")
    assert not place.visible and place.document.template == "resolution"
    open_notifications(case_file, in_mundaka.citizen(in_mundaka.ane))
    place.refresh_from_db()
    assert place.visible


def test_a_decision_leaves_through_the_exit_book(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    do(walk_to(case_file, "resolution", in_mundaka.clerk()), in_mundaka.clerk())
    entry = Entry.objects.get(case_reference=case_file.reference)
    assert entry.book.kind == "S" and entry.attachments[0]["csv"]
    assert case_file.events.filter(code="sent_out", entry=entry).exists()


def test_a_decision_in_one_language_is_a_document_in_that_language(in_mundaka: Cast) -> None:
    task = walk_to(opened(in_mundaka), "resolution", in_mundaka.clerk())
    document = resolve(
        case_file=task.case_file, outcome=Outcome.GRANTED, text={"eu": "Bai", "es": ""}, actor=in_mundaka.clerk()
    )
    assert (document.language, document.context["text"]) == ("eu", "Bai")


def test_no_fee_leaves_no_document(in_mundaka: Cast) -> None:
    task = walk_to(opened(in_mundaka), "fee_settlement", in_mundaka.clerk())
    assert note_fee(task=task, amount_cents=0, actor=in_mundaka.clerk()) is None
    assert not Document.objects.filter(template="fee_notice").exists()


def test_a_discreet_file_sends_no_mail(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka, discreet=True)
    message_citizen(case_file=case_file, text="Deitu iezaguzu", actor=in_mundaka.clerk())
    assert Notification.objects.get().email == ""
    assert not OutboxRow.objects.filter(kind="notifications.email").exists()


def test_a_message_reaches_her_and_hers_reaches_the_file_once(in_mundaka: Cast) -> None:
    case_file, ane = opened(in_mundaka), in_mundaka.citizen(in_mundaka.ane)
    message_citizen(case_file=case_file, text="Noiz hasiko zara?", actor=in_mundaka.clerk())
    for _ in range(2):
        message_from_citizen(case_file=case_file, text="Bihar", key="k1", actor=ane)
    assert list(case_file.events.filter(code__startswith="message").values_list("params__text", flat=True)) == [
        "Noiz hasiko zara?",
        "Bihar",
    ]


def test_withdrawn_it_waits_for_the_declaration_only(in_mundaka: Cast) -> None:
    case_file, ane = opened(in_mundaka), in_mundaka.citizen(in_mundaka.ane)
    first = withdraw(case_file=case_file, reason="Ez dut behar", key="w1", actor=ane)
    assert withdraw(case_file=case_file, key="w1", actor=ane) == first
    assert open_task(case_file).step == "resolution"
    resolve(case_file=case_file, outcome=Outcome.WITHDRAWN, text=TEXT, actor=in_mundaka.clerk())
    open_notifications(case_file, ane)
    case_file.refresh_from_db()
    assert case_file.state == State.WITHDRAWN


def test_a_file_without_decision_is_withdrawn_at_once(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka, "COUN")
    withdraw(case_file=case_file, key="w1", actor=in_mundaka.citizen(in_mundaka.ane))
    case_file.refresh_from_db()
    assert case_file.state == State.WITHDRAWN and not case_file.tasks.filter(state=TaskState.OPEN).exists()


def test_what_is_decided_is_not_withdrawn(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka)
    do(walk_to(case_file, "resolution", in_mundaka.clerk()), in_mundaka.clerk())
    with pytest.raises(DomainError):
        withdraw(case_file=case_file, key="w1", actor=in_mundaka.citizen(in_mundaka.ane))


def test_a_request_is_not_closed_without_a_decision(in_mundaka: Cast) -> None:
    with pytest.raises(DomainError):
        close(case_file=opened(in_mundaka), reason="Zaharra", actor=in_mundaka.clerk())
    case_file = opened(in_mundaka, "COUN")
    assert close(case_file=case_file, reason="Ez da etorri", actor=in_mundaka.clerk()).state == State.CLOSED


def test_another_towns_clerk_touches_nothing(in_mundaka: Cast) -> None:
    task = open_task(opened(in_mundaka))
    koldo = replace(in_mundaka.clerk(in_mundaka.koldo), roles=frozenset())
    with pytest.raises(PermissionDenied):
        take(task=task, actor=koldo)


def test_the_decision_is_what_the_file_ends_with(in_mundaka: Cast) -> None:
    case_file = opened(in_mundaka, output="licence")
    do(walk_to(case_file, "resolution", in_mundaka.clerk()), in_mundaka.clerk())
    place = case_file.documents.get(role="resolution")
    assert (place.type_code, place.document.title_eu, place.document.title_es) == ("licence", "Lizentzia", "Licencia")
    refused = opened(in_mundaka, output="licence")
    do(walk_to(refused, "resolution", in_mundaka.clerk()), in_mundaka.clerk(), Outcome.DENIED)
    assert refused.documents.get(role="resolution").type_code == ""


def test_what_follows_the_decision_is_certified_once_it_is_done(in_mundaka: Cast) -> None:
    case_file = walk(opened(in_mundaka, "SUBV", output="payment"), in_mundaka, Outcome.GRANTED)
    decision, paid = (
        case_file.documents.get(role="resolution"),
        case_file.documents.get(role="output", type_code="payment"),
    )
    assert decision.type_code == "" and decision.added_at < paid.added_at and paid.visible
    refused = walk(opened(in_mundaka, "SUBV", output="payment"), in_mundaka, Outcome.DENIED)
    assert not refused.documents.filter(type_code="payment").exists()


def test_what_is_not_decided_is_certified_when_it_is_done(in_mundaka: Cast) -> None:
    case_file = walk(opened(in_mundaka, "COUN", output="certified_copy"), in_mundaka, Outcome.GRANTED)
    assert case_file.documents.get(type_code="certified_copy").document.title_es == "Copia auténtica"

"""How each verb of the house is called once, for the test that each leaves its row in the audit.

`ACTS[verb](cast)` makes what the verb needs, in Mundaka, and answers with the call itself.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from django.db.models import F
from django.test import Client
from django.utils import timezone

from case_files import services as case_files
from case_files.constants import Outcome
from case_files.models import CaseFile, CaseTask
from census import services as census
from census.constants import Sex, Variation
from census.services import moving, residence, slips
from core.audit.services import Actor
from core.documents import services as documents
from core.documents.constants import DocumentKind
from core.documents.models import Document, DocumentVersion
from core.identity import services as identity
from core.identity.constants import IdentifierKind, ProofMethod, Role
from core.identity.services import desk, memberships
from core.municipalities.models import Unit
from core.notifications import services as notifications
from core.notifications.constants import DeliveryResult
from core.notifications.models import Notification, OutboxRow
from core.territory import services as territory
from procedures.catalogue import write_versions
from procedures.models import Procedure
from procedures.services import (
    confirm_form,
    import_form,
    look,
    publish,
    publish_form,
    save_question,
)
from registry import services as registry
from registry.constants import AnnotationKind, BookKind
from registry.services.desk import Filing
from tests.audit import verbs_of_files, verbs_of_powers, verbs_of_rooms, verbs_of_signing
from tests.audit.verbs_of_files import catalogue
from tests.case_files.files import ITEM, TEXT, open_task, opened, procedure, walk_to
from tests.cast import Cast
from tests.census import people
from tests.clients import sign_in
from tests.registry.cases import enter

Act = Callable[[], object]
JON = identity.ProvedIdentity("nif", "87654321X", "JON", "ALDANA", "GOIRI")
OTHER = identity.ProvedIdentity("nif", "00000023T", "MIKEL", "OTSOA", "")


def upload(cast: Cast) -> tuple[Document, DocumentVersion]:
    stored = documents.store(cast.mundaka.pk, b"%PDF-1.7\n%%EOF")
    return documents.new_upload(
        kind=DocumentKind.OTHER, title="Plan", stored=stored, file_name="plan.pdf", actor=cast.clerk()
    )


def of_file(verb: Callable[..., Any], template: str = "LICE", **more: Any) -> Callable[[Cast], Act]:
    """A clerk's verb of a whole file."""
    return lambda cast: partial(verb, case_file=opened(cast, template), actor=cast.clerk(), **more)


def of_task(verb: Callable[..., Any], step: str = "check_docs", **more: Any) -> Callable[[Cast], Act]:
    """A clerk's verb of the task at a step of minor works."""

    def prepare(cast: Cast) -> Act:
        return partial(verb, task=walk_to(opened(cast), step, cast.clerk()), actor=cast.clerk(), **more)

    return prepare


def taken(cast: Cast) -> CaseTask:
    return case_files.take(task=open_task(opened(cast)), actor=cast.clerk())


def asked(cast: Cast) -> CaseFile:
    case_file = opened(cast)
    case_files.ask_correction(case_file=case_file, items=ITEM, actor=cast.clerk())
    return case_file


def at_once(cast: Cast) -> Act:
    case_file, (document, version) = opened(cast, automatic=True), upload(cast)
    documents.save_all([document], [version])
    return partial(case_files.answer_at_once, case_file=case_file, document=document, actor=cast.citizen(cast.ane))


def another_unit(cast: Cast) -> Act:
    case_file = opened(cast)
    unit = Unit.objects.exclude(pk=case_file.unit_id or 0).first()
    assert unit
    return partial(case_files.reassign_unit, case_file=case_file, unit=unit, actor=cast.clerk())


def at_the_end(cast: Cast) -> Act:
    """A file that nothing is decided in."""
    return partial(case_files.close, case_file=opened(cast, "REGS"), reason="Bikoiztua", actor=cast.clerk())


def told(cast: Cast, *, paper: bool = False) -> Notification:
    sent = notifications.notify(
        person=cast.ane.person, email="", language="eu", subject_eu="Ebazpena", subject_es="Resolución", legal=True,
        channel="paper" if paper else "electronic", actor=cast.clerk(),
    )  # fmt: skip
    return notifications.make_available(sent)


def failed(cast: Cast) -> Act:
    notifications.outbox([notifications.put("documents.render", key="x", payload={"document": 0})])
    OutboxRow.objects.update(failed_at=timezone.now())
    return partial(notifications.retry, row=OutboxRow.objects.get(), actor=cast.clerk())


def failed_document(cast: Cast) -> Act:
    document, version = upload(cast)
    document.state = "failed"
    documents.save_all([document], [version])
    return partial(documents.retry_document, document=document, actor=cast.clerk())


def code_sent(cast: Cast) -> Act:
    pending = desk.send_desk_code(user=cast.jon, identity=JON, document="DNI", actor=cast.clerk())
    pending.code_hash = desk._hash("123456")
    return partial(desk.link_at_desk, pending, code="123456", actor=cast.clerk())


def operator(cast: Cast) -> Actor:
    return replace(cast.clerk(cast.olatz, cast.county), roles=frozenset({Role.OPERATOR}))


def without_administrator(cast: Cast) -> Act:
    memberships.Membership.objects.filter(role=Role.TOWN_ADMINISTRATOR).update(valid_to=F("valid_from"))
    return partial(memberships.give_first_administrator, town=cast.mundaka, user=cast.jon, actor=operator(cast))


def not_at_once(cast: Cast) -> Act:
    case_file = opened(cast, automatic=True)
    return partial(case_files.hand_to_clerk, case_file=case_file, reason="x", actor=cast.citizen(cast.ane))


def moved(verb: Callable[..., Any], **more: Any) -> Callable[[Cast], Act]:
    def prepare(cast: Cast) -> Act:
        resident, there = people.ane(), people.dwelling("7")
        who: dict[str, Any] = {"resident": resident} if verb is census.change_address else {"residents": [resident]}
        return partial(verb, **who, dwelling=there, on=date(2026, 3, 2), actor=people.officer(cast), **more)

    return prepare


def granted_move(cast: Cast) -> tuple[CaseFile, Any, Any]:
    resident, there = people.ane(), people.dwelling("7")
    return opened(cast, "PADR", code="PAD-003"), resident, there


def carried_out(cast: Cast) -> Act:
    case_file, resident, there = granted_move(cast)
    day = date(2026, 3, 2)
    moving.confirm_move(case_file=case_file, dwelling=there, residents=[resident], on=day, actor=people.officer(cast))
    return partial(moving.carry_out, case_file, actor=people.officer(cast))


def settled(cast: Cast) -> Act:
    case_file, resident, there = granted_move(cast)
    return partial(
        moving.confirm_move, case_file=case_file, dwelling=there, residents=[resident], on=date(2026, 3, 2),
        actor=people.officer(cast),
    )  # fmt: skip


def born(cast: Cast) -> Act:
    child = people.personal(given_name="June", born_on=date(2026, 3, 2), sex=Sex.FEMALE, identifier="")
    child["identifier_type"] = people.IdentifierType.NONE
    return partial(census.register_birth, personal=child, parent=people.ane(), actor=people.officer(cast))


def published(cast: Cast) -> Act:
    catalogue(cast)
    return partial(publish, procedure=Procedure.objects.get(code="REG-001"), actor=cast.clerk())


def form_sketched(cast: Cast) -> None:
    catalogue(cast)
    first = look("REG-001", actor=cast.clerk()).base["fields"][0]
    mine = {**first, "labels": {"eu": "Gurea", "es": "Nuestra", "en": "Ours"}}
    save_question(code="REG-001", name=first["name"], question=mine, actor=cast.clerk())


def form_published(cast: Cast) -> Act:
    form_sketched(cast)
    return partial(publish_form, code="REG-001", actor=cast.clerk())


def form_imported(cast: Cast) -> Act:
    form_sketched(cast)
    definition = look("REG-001", actor=cast.clerk()).definition
    return partial(import_form, code="REG-001", definition=definition, actor=cast.clerk())


def form_confirmed(cast: Cast) -> Act:
    form_published(cast)()
    standing = look("REG-001", actor=cast.clerk())
    fields = [{**one, "hints": {"eu": "b", "es": "b", "en": "b"}} for one in standing.base["fields"]]
    write_versions({standing.procedure.pk: {**standing.base, "fields": fields}})
    newest = look("REG-001", actor=cast.clerk())
    seen = (newest.town_form.pk if newest.town_form else 0, newest.procedure.form_version_id or 0)
    return partial(confirm_form, code="REG-001", seen=seen, actor=cast.clerk())


def submitted(cast: Cast) -> Act:
    """The page calls the verb with the draft that it has locked."""
    from tests.procedures.walking import Walk

    catalogue(cast)
    return Walk(sign_in(Client(), cast.jon), "REG-001").begin().answer().send


ACTS: dict[str, Callable[[Cast], Act]] = {
    "core.identity.change_account": lambda cast: partial(
        identity.change_account, cast.jon, name="Jon", language="es", actor=cast.citizen(cast.jon)
    ),
    "core.identity.prove": lambda cast: partial(
        identity.prove, cast.jon, identity=JON, method=ProofMethod.CERTIFICATE, evidence={},
        actor=cast.citizen(cast.jon),
    ),
    "core.identity.prove_at_desk": lambda cast: partial(
        identity.prove_at_desk, cast.jon, identity=JON, document="DNI", actor=cast.clerk()
    ),
    "core.identity.person_for_desk": lambda cast: partial(
        identity.person_for_desk, identity=OTHER, document="DNI", actor=cast.clerk()
    ),
    "core.identity.add_identifier": lambda cast: partial(
        identity.add_identifier, cast.ane.person, kind=IdentifierKind.NIF, value="00000023T", document="DNI",
        actor=cast.clerk(),
    ),
    "core.identity.send_desk_code": lambda cast: partial(
        desk.send_desk_code, user=cast.jon, identity=JON, document="DNI", actor=cast.clerk()
    ),
    "core.identity.link_at_desk": code_sent,
    "core.identity.look_up_person": lambda cast: partial(
        desk.look_up_person, "nif", "12345678Z", reason="x", actor=cast.clerk()
    ),
    "core.identity.give_role": lambda cast: partial(
        memberships.give_role, user=cast.jon, role=Role.HANDLER, actor=cast.clerk()
    ),
    "core.identity.end_role": lambda cast: partial(
        memberships.end_role, memberships.Membership.objects.filter(user=cast.miren, role=Role.HANDLER).get(),
        last_day=timezone.localdate(), actor=cast.clerk(),
    ),
    "core.identity.give_first_administrator": without_administrator,
    "core.identity.adopt_modules": lambda cast: partial(
        memberships.adopt_modules, town=cast.mundaka, modules=["registry"], actor=operator(cast)
    ),
    "core.documents.retry_document": failed_document,
    "core.notifications.retry": failed,
    "core.notifications.notify": lambda cast: partial(told, cast),
    "core.notifications.open_notification": lambda cast: partial(
        notifications.open_notification, notification=told(cast), actor=cast.citizen(cast.ane)
    ),
    "core.notifications.reject_notification": lambda cast: partial(
        notifications.reject_notification, notification=told(cast), actor=cast.citizen(cast.ane)
    ),
    "core.notifications.record_delivery": lambda cast: partial(
        notifications.record_delivery, notification=told(cast, paper=True), at=timezone.now(),
        result=DeliveryResult.DELIVERED, actor=cast.clerk(),
    ),
    "core.territory.load_streets": lambda cast: partial(
        territory.load_streets, [territory.StreetRow("00009", "KALEA", "Goiko")], actor=people.system()
    ),
    "registry.register": lambda cast: partial(enter, cast),
    "registry.register_at_desk": lambda cast: partial(
        registry.register_at_desk, filing=Filing(BookKind.ENTRY, "Eskaera", "Testua", "Ane"), key="k",
        actor=cast.clerk(),
    ),
    "registry.annotate": lambda cast: partial(
        registry.annotate, entry=enter(cast), kind=AnnotationKind.CORRECTION, text="Okerra", actor=cast.clerk()
    ),
    "case_files.open_case_file": lambda cast: partial(
        case_files.open_case_file, procedure=procedure(), data={}, language="eu", actor=cast.citizen(cast.ane)
    ),
    "case_files.answer_at_once": at_once,
    "case_files.hand_to_clerk": not_at_once,
    "case_files.take": of_task(case_files.take),
    "case_files.release": lambda cast: partial(case_files.release, task=taken(cast), actor=cast.clerk()),
    "case_files.assign": lambda cast: of_task(case_files.assign, to=cast.miren)(cast),
    "case_files.reassign_unit": another_unit,
    "case_files.complete_task": of_task(case_files.complete_task),
    "case_files.return_task": of_task(case_files.return_task, "fee_settlement", note="Falta da"),
    "case_files.write_report": of_task(case_files.write_report, "technical_report", text="Ondo"),
    "case_files.note_fee": of_task(case_files.note_fee, "fee_settlement", amount_cents=3000),
    "case_files.propose": of_task(case_files.propose, "proposal", outcome=Outcome.GRANTED, text="Bai"),
    "case_files.resolve": of_file(case_files.resolve, "REGI", outcome=Outcome.ANSWERED, text=TEXT),
    "case_files.close": at_the_end,
    "case_files.withdraw": lambda cast: partial(
        case_files.withdraw, case_file=opened(cast), key="w", actor=cast.citizen(cast.ane)
    ),
    "case_files.add_document": lambda cast: partial(
        case_files.add_document, case_file=opened(cast), upload=upload(cast), actor=cast.clerk()
    ),
    "case_files.add_note": of_file(case_files.add_note, text="Oharra"),
    "case_files.message_citizen": of_file(case_files.message_citizen, text="Kaixo"),
    "case_files.message_from_citizen": lambda cast: partial(
        case_files.message_from_citizen, case_file=opened(cast), text="Kaixo", key="m", actor=cast.citizen(cast.ane)
    ),
    "case_files.ask_correction": of_file(case_files.ask_correction, items=ITEM),
    "case_files.receive_correction": lambda cast: partial(
        case_files.receive_correction, case_file=asked(cast), data={"0": "Hona"}, key="c", actor=cast.citizen(cast.ane)
    ),
    "procedures.publish": published,
    "procedures.publish_form": form_published,
    "procedures.import_form": form_imported,
    "procedures.confirm_form": form_confirmed,
    "procedures.submit": submitted,
    "census.add_dwelling": lambda cast: partial(
        census.add_dwelling, street=people.street(), number="9", actor=people.officer(cast)
    ),
    "census.register_arrival": lambda cast: partial(people.ane, people.dwelling()),
    "census.register_birth": born,
    "census.move": moved(census.move),
    "census.move_as_granted": moved(residence.move_as_granted, case_reference="X"),
    "census.change_address": moved(census.change_address),
    "census.remove": lambda cast: partial(
        census.remove, resident=people.ane(), variation=Variation.DEATH, on=date(2026, 3, 2), actor=people.officer(cast)
    ),
    "census.confirm_move": settled,
    "census.carry_out": carried_out,
    "census.issue_slip": lambda cast: partial(slips.issue_slip, resident=people.ane(), actor=people.officer(cast)),
    "census.slip_for": lambda cast: partial(
        slips.slip_for, person=people.ane() and cast.ane.person, actor=cast.citizen(cast.ane)
    ),
}  # fmt: skip
ACTS |= verbs_of_files.ACTS
ACTS |= verbs_of_rooms.ACTS
ACTS |= verbs_of_signing.ACTS
ACTS |= verbs_of_powers.ACTS

"""Sending a request: one transaction from the draft to the number in the book (Ley 39/2015, arts. 16 and 66)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from case_files.models import CaseFile, CaseParty
from case_files.services import (
    OpenedProcedure,
    answer_at_once,
    ask_to_join,
    attach,
    hand_to_clerk,
    open_case_file,
    record_registration,
    waits_for_attendance,
)
from core.audit.services import Actor, record
from core.documents.constants import DocumentState
from core.documents.models import Document
from core.documents.services import save_all
from core.identity.models import Person
from core.interoperability.services import give_consents
from core.municipalities.services import DomainError
from core.municipalities.services.terms import MADRID
from core.notifications.models import OutboxRow
from core.notifications.services import outbox, put, render_effect
from core.payments.models import Charge
from core.payments.services import charge
from procedures.automatic import CLERK, answers
from procedures.constants import AppliesAs, DraftState
from procedures.models import Draft
from procedures.steps import Journey
from registry.constants import BookKind
from registry.models import Entry
from registry.services import number_of, register

from .booking import book_hour, hour_of
from .completing import fill, level_needed, lines_of, require_level
from .drafts import check_open
from .evidence import require_shown, shown, signature
from .fees import fee_of
from .once_only import consents_of
from .papers import Papers, papers_of, summary_of
from .parties import Sending, as_filed, parties_of, require_company, together_with
from .towns import find_taken, find_unit
from .workflows import steps_for


@dataclass(frozen=True)
class Submitted:
    """What came of a draft. `result` is what the confirmation shows, so that it reads nothing else:

    {reference, title: {eu, es, en}, number?, at?, deemed_at?, moved?, csv, answer, answer_csv, due_on, silence,
    fee_cents, fee, charge, others, email, sent_at}; moments are ISO with Madrid's offset, `number` and those that
    follow it only where the request has an entry in the book, `charge` is the slug of what is owed, `others` the
    names of those who are asked to join, `csv` is the receipt's code, `answer` the id of what answered it at once.
    """

    result: dict[str, Any]
    case_file_id: int | None
    entry_id: int | None


@transaction.atomic(savepoint=False)
def submit(
    *,
    draft: Draft,
    journey: Journey,
    key: str = "",
    seen: str | None = None,
    client: Sequence[str] = (),
    actor: Actor,
) -> Submitted:
    """Send a locked draft. A second time, from another tab or by the same `key`, answers with what the first made.

    Everything is checked again before the first row is written: Incomplete names the step that is not right, a
    DomainError with code `level` asks for a better identification, `off` says that the town no longer takes it on line,
    `changed` that it is not what the page showed, whose fingerprint (`shown`) comes back as `seen`; None where no page
    was. `client` is `device_of` the request. Whoever catches an error must roll back: an automatic answer may refuse
    after rows were written.
    """
    if draft.state == DraftState.SUBMITTED:
        return Submitted(draft.result, draft.case_file_id, draft.entry_id)
    check_open(draft)
    definition = journey.definition
    offer = find_taken(actor.municipality_id or 0, definition.code, at_desk=bool(draft.behalf_of_id))
    if offer is None:
        raise DomainError(_("This town hall no longer offers this procedure on line."), code="off")
    filled = fill(draft, journey)
    require_level(actor, level_needed(definition, offer.identity_level, filled.applicant.applies_as))
    fee = fee_of(definition.code, filled.fields, filled.values, town_id=actor.municipality_id or 0)
    now = shown(draft, journey, filled, fee, actor)
    require_shown(seen, now)
    return _send(Sending(draft, journey, definition, offer, filled, actor, fee, now, client), key)


def _send(sending: Sending, key: str) -> Submitted:
    draft, filled = sending.draft, sending.filled
    parties = parties_of(sending)
    lines = lines_of(filled, sending.journey)
    papers = papers_of(sending, parties, lines)
    case_file = _open(sending, parties, lines)
    owed = _charge(sending, parties, case_file)
    give_consents(consents_of(sending.journey, case_file.reference), actor=sending.actor)
    slip, effects = book_hour(sending, case_file, papers)
    save_all(papers.documents, papers.versions)
    attach(case_file, papers.links)
    made = [render_effect(document) for document in papers.documents if document.template]
    asked = _ask_others(sending, parties, case_file)
    outbox([*made, *_notice(sending, case_file), *asked, *effects])
    # last: the book's row is locked from here to the commit
    entry = _register(sending, parties, papers, case_file, key) if sending.definition.is_registered else None
    answer = slip or _answer(sending, case_file, entry)
    draft.state, draft.data, draft.attachments, draft.done_steps = DraftState.SUBMITTED, {}, [], []
    draft.case_file, draft.entry, draft.receipt = case_file, entry, papers.receipt
    draft.result = _result(sending, case_file, entry, papers.receipt, answer) | {"charge": owed.slug if owed else ""}
    draft.saved_at = timezone.now()
    draft.save(
        update_fields=[
            *("state", "data", "attachments", "done_steps", "case_file", "entry", "receipt", "result", "saved_at")
        ]
    )
    if draft.behalf_of_id:
        data = {"case_file": case_file.reference, "consent": draft.consent["how"]}
        record("procedures.filed_at_desk", actor=sending.actor, target=case_file, subject=draft.behalf_of_id, data=data)
    return Submitted(draft.result, case_file.pk, entry.pk if entry else None)


def _open(sending: Sending, parties: list[CaseParty], lines: list[dict[str, Any]]) -> CaseFile:
    definition, offer, filled = sending.definition, sending.offer, sending.filled
    department = filled.values.get("target_department", "")
    steps = steps_for(sending.draft.municipality_id or 0, definition)
    given = bool(hour_of(sending)) and waits_for_attendance({step.code for step in steps})
    return open_case_file(
        procedure=OpenedProcedure(
            code=definition.code,
            title_eu=definition.names["eu"],
            title_es=definition.names["es"],
            title_en=definition.names["en"],
            steps=steps,
            term_value=definition.term_value,
            term_unit=definition.term_unit,
            silence=definition.silence,
            automatic=definition.automatic,
            given=given,
            discreet=definition.discreet,
            output=definition.output,
            appeals=filled.values.get("challenged_act", ""),
            handles=tuple(filter(None, (department, definition.code, definition.family))),
            form={
                "version": sending.journey.form.digest,
                "fields": [asdict(field) for field in sending.journey.form.fields],
                "lines": lines,
                "fee": definition.fee,
                "looked_up": sending.journey.looked_up,
                **({"joint": definition.joint_most} if definition.joint_most else {}),
            },
        ),
        data=filled.values,
        parties=parties,
        unit=find_unit(sending.draft.municipality_id or 0, department) or offer.unit,
        summary=summary_of(sending),
        language=sending.language,
        fee_cents=sending.fee.amount_cents,
        actor=sending.actor,
    )


def _charge(sending: Sending, parties: list[CaseParty], case_file: CaseFile) -> Charge | None:
    """What is owed for the request, where it is known; two statements."""
    if not sending.fee.amount_cents:
        return None
    first = parties[0] if parties else CaseParty()
    return charge(
        key=f"{case_file.reference}:1",
        is_new=True,
        amount_cents=sending.fee.amount_cents,
        concept=sending.definition.names,
        person_id=sending.actor.person_id,
        payer_name=first.name,
        payer_identifier=first.identifier,
        case_reference=case_file.reference,
        procedure_code=sending.definition.code,
        details=sending.fee.details,
        language=sending.language,
        actor=sending.actor,
    )


def _register(sending: Sending, parties: list[CaseParty], papers: Papers, case_file: CaseFile, key: str) -> Entry:
    actor = sending.actor
    if papers.receipt:
        papers.receipt.context["reference"] = case_file.reference
    uploads = iter([document.csv for document in papers.documents if document.from_citizen])
    entry = register(
        kind=BookKind.ENTRY,
        summary=case_file.summary,
        party=as_filed(parties),
        person=Person(pk=actor.person_id) if actor.person_id else None,
        content={
            "form": sending.journey.form.digest,
            "answers": sending.filled.values,
            **together_with(sending),
            **signature(sending),
        },
        attachments=[
            {"document": one.get("csv") or next(uploads), "file_name": one["file_name"], "mime": one["mime"]}
            | {"size": one["size"], "sha256": one["sha256"]}
            for one in sending.draft.attachments
        ],
        receipt=papers.receipt,
        unit=case_file.unit,
        procedure_code=sending.definition.code,
        case_reference=case_file.reference,
        language=sending.language,
        key=f"draft:{key or sending.draft.slug}"[:64],
        actor=actor,
    )
    if entry.case_reference != case_file.reference:
        raise DomainError(_("This request has been sent already."), code="sent")
    record_registration(case_file=case_file, entry=entry, receipt=papers.receipt, actor=actor)
    return entry


def _answer(sending: Sending, case_file: CaseFile, entry: Entry | None) -> Document | None:
    """The document of a procedure that is answered in the same visit, or None where a clerk will answer."""
    if not sending.definition.automatic:
        return None
    try:
        require_company(sending)
        document = answers[sending.definition.code](case_file, sending.actor)
    except DomainError as refusal:
        if refusal.code != CLERK:
            raise
        hand_to_clerk(case_file=case_file, reason=refusal.message, actor=sending.actor)
        return None
    if document._state.adding:
        save_all([document])
    if document.state == DocumentState.PENDING:
        outbox([render_effect(document)])
    answer_at_once(case_file=case_file, document=document, entry=entry, actor=sending.actor)
    return document


def _notice(sending: Sending, case_file: CaseFile) -> list[OutboxRow]:
    """The e-mail that says it arrived; none for a discreet matter, nor where there is no address."""
    told = sending.filled.applicant
    if sending.definition.discreet or not told.email or sending.definition.automatic:
        return []
    payload = {
        "case_file": case_file.pk,
        "person": sending.actor.person_id,
        "email": told.email,
        "language": told.language,
    }
    return [put("procedures.arrived", key=f"arrived:{case_file.reference}", payload=payload)]


def _ask_others(sending: Sending, parties: list[CaseParty], case_file: CaseFile) -> list[OutboxRow]:
    """Those whom she named are asked to join; none for whoever applies alone."""
    others = sending.filled.applicant.others
    if not others:
        return []
    if {one["identifier"] for one in others} & {party.identifier for party in parties}:
        raise DomainError(
            _("Among those who apply with you there is your own number, or that of whom you act for: take it away.")
        )
    definition = sending.definition
    level = level_needed(definition, sending.offer.identity_level, AppliesAs.SELF)
    return [
        ask_to_join(
            case_file=case_file,
            persons=others,
            days=definition.joint_days,
            level=level,
            language=sending.language,
            actor=sending.actor,
        )
    ]


def _result(
    sending: Sending, case_file: CaseFile, entry: Entry | None, receipt: Document | None, answer: Document | None
) -> dict[str, Any]:
    moments = {}
    if entry:
        at, deemed = entry.at.astimezone(MADRID), entry.deemed_at.astimezone(MADRID)
        moments = {
            "number": number_of(entry),
            "at": at.isoformat(timespec="seconds"),
            "deemed_at": deemed.isoformat(timespec="seconds"),
            "moved": at.date() != deemed.date(),
        }
    return moments | {
        "reference": case_file.reference,
        "title": sending.definition.names,
        "csv": receipt.csv if receipt else "",
        "answer": answer.pk if answer else None,
        "answer_csv": answer.csv if answer else "",
        "due_on": case_file.due_on.isoformat() if case_file.due_on else "",
        "silence": case_file.silence,
        "fee_cents": case_file.fee_cents,
        "fee": sending.definition.fee,
        "others": [one["name"] for one in sending.filled.applicant.others],
        "email": sending.filled.applicant.email if not sending.definition.discreet else "",
        "sent_at": timezone.now().astimezone(MADRID).isoformat(timespec="seconds"),
    }

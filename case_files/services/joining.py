"""Several persons in one request (Ley 39/2015, arts. 7, 66.2 and 94.2).

The first files it, and the date counts for her. Each of the others is asked, sees what was filed, and joins or not
before a term; a signature that is missing then is mended by a correction (art. 68.1), and so long she may still join.
"""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from case_files.constants import Capacity, DocumentRole, JoinState, NotificationChannel
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseParty, Joining
from core.audit.constants import Level
from core.audit.services import SYSTEM, Actor, record_reading
from core.documents.models import DocumentVersion
from core.identity.services import find_person
from core.municipalities.services import DomainError, terms
from core.notifications.models import OutboxRow
from core.notifications.services import notify, put, site_of
from core.signing.services import cancel_of
from registry.constants import BookKind
from registry.models import Entry
from registry.services import number_of

from .base import applicant_of, audit, event, live, lock, parties_of, save
from .correcting import Upload, awaited_correction
from .engine import note_tasks
from .opening import add_parties
from .papers import bilingual, said
from .receiving import enter_filing
from .telling import tell
from .workflow import in_languages

APPLICANTS = (Capacity.APPLICANT, Capacity.CO_APPLICANT)
MAY_STILL = (JoinState.ASKED, JoinState.LAPSED)
ADHESION = gettext_noop("Adhesion to the request")
ALL_JOINED = gettext_noop("All who were named have joined the request.")
NAMES = "%(names)s"
WITHOUT = gettext_noop("Not all who were named apply: without %(names)s. You may ask for a correction (art. 68).")


@dataclass(frozen=True)
class Filed:
    """What a co-applicant joins: the entry in the book, as its receipt shows it, and the papers that came with it."""

    entry: Entry
    lines: list[dict[str, Any]]  # {label: {eu, es}, value}
    papers: list[CaseDocument]

    @property
    def sha256(self) -> str:
        """Of the whole entry, the papers' own hashes among it: the one that is printed on the receipt."""
        return self.entry.hash


@transaction.atomic(savepoint=False)
def ask_to_join(
    *, case_file: CaseFile, persons: Iterable[Mapping[str, str]], days: int, level: Level, language: str, actor: Actor
) -> OutboxRow:
    """Ask `persons`, {name, identifier_kind, identifier, email}, to join a file that is being filed; `days` are working
    days from the deemed filing, `level` what joining asks of a session. The unsaved effect tells them after the commit.
    """
    filed = case_file.term_from or terms.local_today()
    due_on = terms.add_working_days(filed, days, towns=(case_file.municipality_id,))
    rows = [
        Joining(
            municipality_id=case_file.municipality_id,
            case_file=case_file,
            slug=new_slug(),
            language=language,
            level=level,
            due_on=due_on,
            **person,
        )
        for person in persons
    ]
    Joining.objects.bulk_create(rows)
    params = {"count": len(rows), "until": due_on.isoformat()}
    CaseEvent.objects.bulk_create([event(case_file, "joining_asked", actor=actor, params=params)])
    audit(case_file, "joining_asked", actor=actor, data={"count": len(rows)})
    return put("case_files.ask_to_join", key=f"join:{case_file.reference}", payload={"case_file": case_file.pk})


def send_invitations(payload: Mapping[str, Any]) -> None:
    """Tell each of those who were named; it says neither who named her nor for what: the address may be another's."""
    for joining in Joining.objects.filter(case_file=payload["case_file"], state=JoinState.ASKED):
        where = {
            language: f"{site_of(joining.municipality_id or 0)}/{language}/folder/joining/{joining.slug}/"
            for language in ("eu", "es")
        }
        until = {}
        for language in where:
            with override(language):
                until[language] = formats.date_format(joining.due_on, "DATE_FORMAT")
        notify(
            person=find_person(joining.identifier_kind, joining.identifier),
            email=joining.email,
            language=joining.language,
            subject_eu="Eskaera batean eskatzaile izendatu zaituzte",
            subject_es="Te han nombrado solicitante en una solicitud",
            body_eu="Identifikatu ziurtagiriarekin edo BakQ-rekin, eskaera ikusteko eta bat egiten duzun ala ez "
            f"esateko. Ezin baduzu, sinatu udaletxeko bulegoan. Azken eguna: {until['eu']}.\n{where['eu']}",
            body_es="Identifícate con certificado o BakQ para ver la solicitud y decir si te adhieres o no. "
            f"Si no puedes, firma en la oficina del ayuntamiento. Último día: {until['es']}.\n{where['es']}",
            actor=SYSTEM,
        )


def is_open(joining: Joining, case_file: CaseFile) -> bool:
    """Whether she may still answer: in her days, and while the town hall waits for a correction."""
    if joining.state not in MAY_STILL or case_file.outcome or case_file.closed_at:
        return False
    return joining.due_on >= terms.local_today() or awaited_correction(case_file) is not None


def what_was_filed(joining: Joining) -> Filed:
    """The entry with which the file began, in its town; LookupError for a file that has none."""
    entries = Entry.objects.select_related("book", "receipt")
    entry = entries.filter(case_reference=joining.case_file.reference, book__kind=BookKind.ENTRY).order_by("pk").first()
    if entry is None or entry.receipt is None:
        raise LookupError(f"{joining.case_file} was never registered")
    codes = {one["document"] for one in entry.attachments}
    papers = CaseDocument.objects.filter(
        case_file=joining.case_file, role=DocumentRole.ATTACHMENT, document__csv__in=codes
    ).select_related("document")
    return Filed(entry, entry.receipt.context["lines"], list(papers.order_by("position")))


def joinings_of(case_file: CaseFile) -> QuerySet[Joining]:
    """Those who were named in it; a party reads them too."""
    return Joining.objects.filter(case_file=case_file).order_by("pk")


@transaction.atomic(savepoint=False)
def note_seen(joining: Joining, *, actor: Actor) -> None:
    """The first time that she sees it, whoever is in it may know."""
    if joining.seen_at is None:
        Joining.objects.filter(pk=joining.pk).update(seen_at=timezone.now())
        party = applicant_of(joining.case_file)
        subject = party.person_id if party else None
        record_reading("case_files.joining", actor=actor, target=joining.case_file, subject=subject)


def paper_of(joining: Joining, csv: str, *, actor: Actor) -> DocumentVersion | None:
    """One of the papers that came with it; who has read it is written down."""
    for place in what_was_filed(joining).papers:
        if place.document.csv == csv:
            party = applicant_of(joining.case_file)
            subject = party.person_id if party else None
            record_reading("documents", actor=actor, target=place.document, subject=subject)
            return DocumentVersion.objects.filter(document=place.document).order_by("-number").first()
    return None


@transaction.atomic
def join(*, joining: Joining, sha256: str, actor: Actor) -> Entry:
    """She adheres to what she saw, whose hash is `sha256`: a party from now on, with an entry and a receipt of her own.

    DomainError with code `level` where her session is not known well enough, `over` after the term, `changed` where
    she saw something else. In the file's town.
    """
    case_file, joining = _locked(joining, actor)
    filed = what_was_filed(joining)
    if sha256 != filed.sha256:
        raise DomainError(_("This is not what you were shown: read it again."), code="changed")
    evidence = _signature(joining, actor)
    party = CaseParty(
        person_id=actor.person_id,
        capacity=Capacity.CO_APPLICANT,
        name=actor.name or joining.name,
        identifier_kind=joining.identifier_kind,
        identifier=joining.identifier,
        email=joining.email,
        channel=NotificationChannel.ELECTRONIC,
        language=joining.language,
    )
    return adhere(case_file, joining, party, filed, evidence, actor=actor)


def new_slug() -> str:
    """For the address of one joining."""
    return secrets.token_urlsafe(15).replace("_", "a").replace("-", "b")


def adhere(
    case_file: CaseFile,
    joining: Joining,
    party: CaseParty,
    filed: Filed,
    evidence: dict[str, Any],
    *,
    uploads: Sequence[Upload] = (),
    actor: Actor,
) -> Entry:
    """She is a party of the locked file, with an entry and a receipt of her own."""
    add_parties(case_file, [party])
    joining.party, joining.sha256 = party, filed.sha256
    _answer(case_file, joining, JoinState.JOINED, evidence, actor=actor)
    entry = enter_filing(
        case_file,
        code="joined",
        title=said(ADHESION),
        content={"adheres_to": number_of(filed.entry), "sha256": filed.sha256, "evidence": evidence},
        lines=_receipt_lines(filed, party, actor),
        uploads=uploads,
        key=f"{case_file.reference}:join:{joining.pk}",
        party=party,
        actor=actor,
    )
    joining.entry = entry
    joining.save(update_fields=["entry"])
    _note_if_complete(case_file)
    return entry


@transaction.atomic
def refuse(*, joining: Joining, actor: Actor) -> None:
    """She does not apply: she becomes no party, and sees the file no more."""
    case_file, joining = _locked(joining, actor)
    _answer(case_file, joining, JoinState.REFUSED, _signature(joining, actor), actor=actor)
    params = {"name": joining.name}
    CaseEvent.objects.bulk_create([event(case_file, "joining_refused", actor=actor, params=params)])
    _note_if_complete(case_file)


@transaction.atomic
def lapse_joinings(today: date) -> int:
    """In the open town: those who did not answer in their days; the clerk is told, once for each file. How many."""
    due = Joining.objects.filter(state=JoinState.ASKED, due_on__lt=today).select_related("case_file")
    files = {joining.case_file_id: joining.case_file for joining in due}
    count = 0
    for _id, found in sorted(files.items()):
        case_file = lock(found)
        count += Joining.objects.filter(case_file=case_file, state=JoinState.ASKED, due_on__lt=today).update(
            state=JoinState.LAPSED
        )
        CaseEvent.objects.bulk_create([event(case_file, "joining_over", actor=SYSTEM)])
        audit(case_file, "joining_over", actor=SYSTEM)
        _tell_both(case_file, actor=SYSTEM)
    return count


def leave(case_file: CaseFile, actor: Actor) -> CaseParty | None:
    """Of several applicants, the one who acts withdraws, and the file goes on for the others (art. 94.2): the next one
    takes the first's place. Whoever acted, or None where nobody else would stay. `case_file` is locked.
    """
    applicants = [party for party in parties_of(case_file) if party.capacity in APPLICANTS]
    acting = [party for party in parties_of(case_file) if actor.is_citizen and party.person_id == actor.person_id]
    if acting and all(party.capacity == Capacity.FORMER for party in acting):
        raise DomainError(_("You have already withdrawn this request."), code="withdrawn")
    represented = {party.represents_id for party in acting}
    leaves = [party for party in applicants if party in acting or party.pk in represented] or applicants[:1]
    stay = [party for party in applicants if party not in leaves]
    if not stay:
        return None
    gone = [*leaves, *(one for one in parties_of(case_file) if one.represents_id in {party.pk for party in leaves})]
    CaseParty.objects.filter(pk__in=[party.pk for party in gone]).update(capacity=Capacity.FORMER)
    Joining.objects.filter(case_file=case_file, party__in=leaves).update(state=JoinState.LEFT)
    here = {party.person_id for party in parties_of(case_file) if party not in gone}
    if away := {party.person_id for party in gone if party.person_id} - here:
        reason = bilingual(gettext_noop("Whoever was asked has withdrawn from the request."))
        cancel_of(case_reference=case_file.reference, persons=away, reason=reason, actor=actor)
    if all(party.capacity == Capacity.CO_APPLICANT for party in stay):
        CaseParty.objects.filter(pk=stay[0].pk).update(capacity=Capacity.APPLICANT)
    case_file.__dict__.pop("_parties")  # read again
    return acting[0] if acting else leaves[0]


def _locked(joining: Joining, actor: Actor) -> tuple[CaseFile, Joining]:
    """The file's row first, as everywhere; then hers, which must still wait for her."""
    case_file = lock(joining.case_file)
    held = Joining.objects.select_for_update(of=("self",)).get(pk=joining.pk)
    held.case_file = case_file
    if held.state not in MAY_STILL:
        raise DomainError(_("You have answered already."), code="answered")
    live(case_file)
    if not is_open(held, case_file):
        raise DomainError(_("The days to join this request are over: write to the town hall."), code="over")
    return case_file, held


def _signature(joining: Joining, actor: Actor) -> dict[str, Any]:
    """How she says it: today an identified session, whose level is the one that the procedure asks for. Whatever a
    signature is to be required for, it is required here."""
    if not actor.proved or actor.level < max(joining.level, Level.ACCOUNT):
        raise DomainError(_("Identify yourself with a certificate or BakQ to do this."), code="level")
    return {
        **actor.evidence,
        "name": actor.name,
        "identifier": joining.identifier,
        "at": timezone.now().isoformat(),
        "channel": str(actor.channel),
        "level": int(actor.level),
        "person": actor.person_id,
        "user": actor.user_id,
    }


def _answer(case_file: CaseFile, joining: Joining, state: JoinState, evidence: dict[str, Any], *, actor: Actor) -> None:
    joining.state, joining.answered_at, joining.evidence = state, timezone.now(), evidence
    joining.save(update_fields=["state", "answered_at", "evidence", "party", "sha256"])
    save(case_file)
    audit(case_file, "joined" if state == JoinState.JOINED else "joining_refused", actor=actor)


def _note_if_complete(case_file: CaseFile) -> None:
    if not Joining.objects.filter(case_file=case_file, state=JoinState.ASKED).exists():
        CaseEvent.objects.bulk_create([event(case_file, "joining_complete", actor=SYSTEM)])
        _tell_both(case_file, actor=SYSTEM)


def _tell_both(case_file: CaseFile, *, actor: Actor) -> None:
    """The clerk, in the open tasks, and the first applicant, who may mend what is missing."""
    rows = list(Joining.objects.filter(case_file=case_file).order_by("pk"))
    missing = ", ".join(one.name for one in rows if one.state not in (JoinState.JOINED, JoinState.LEFT))
    # what was said of it before, of whomever: it takes that place, and leaves what else there is to do
    before = in_languages(lambda: f"{re.escape(_(ALL_JOINED))}|{'.*'.join(map(re.escape, _(WITHOUT).split(NAMES)))}")
    note_tasks(case_file, lambda: _(WITHOUT) % {"names": missing} if missing else _(ALL_JOINED), instead_of=before)
    subject = said(gettext_noop("Those who were named in your request have answered, or their days are over"))
    tell(case_file, subject=subject, legal=False, actor=actor)


def _receipt_lines(filed: Filed, party: CaseParty, actor: Actor) -> list[tuple[dict[str, str], str]]:
    """What the receipt of an adhesion says: to what, who, and how she was known."""
    level = "BakQ / ziurtagiria · certificado" if actor.level >= Level.CERTIFICATE else "Kontua · Cuenta"
    if actor.is_clerk:
        level = "Paperean, bulegoan · En papel, en la oficina"
    return [
        ({"text_eu": "Zeri atxikitzen zaion", "text_es": "A qué se adhiere"}, number_of(filed.entry)),
        ({"text_eu": "Edukiaren SHA-256", "text_es": "SHA-256 del contenido"}, filed.sha256),
        ({"text_eu": "Nor atxikitzen den", "text_es": "Quién se adhiere"}, f"{party.name} ({party.identifier})"),
        ({"text_eu": "Identifikazioa", "text_es": "Identificación"}, level),
    ]

"""What every verb does: lock the file, check that nobody changed it meanwhile, and write down what happened.

Lock order, the same in every verb: the request of a signature that is being answered, or the notifications that wait
already, of all the files that are meant; then the file's row, of several the oldest first; its tasks, its corrections,
what it owes, a notification of its own making, and last the registry's book. Whoever holds a file asks for a request
only in passing.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from case_files.constants import Capacity, JoinState, State
from case_files.models import CaseEvent, CaseFile, CaseParty, Joining
from core.audit.services import Actor, record
from core.municipalities.services import DomainError
from core.signing.services import cancel_of

from .workflow import in_languages

ENDED = (State.CLOSED, State.WITHDRAWN)
FILE_ENDED = gettext_noop("The case file has ended.")


def lock(case_file: CaseFile, *, seen: int | None = None) -> CaseFile:
    """The file's row, held until the commit. `seen` is the version that the page showed; another one is refused."""
    held: CaseFile = CaseFile.objects.select_for_update().get(pk=case_file.pk)
    if seen is not None and seen != held.version:
        raise DomainError(
            _("Somebody else changed this case file while you had it open. Look at what is new, and do it again."),
            code="changed",
        )
    return held


def live(case_file: CaseFile) -> None:
    """Refuse what can only be done while the file is open."""
    if case_file.state in ENDED:
        raise DomainError(_("This case file is closed: nothing more can be done in it."), code="closed")


def save(case_file: CaseFile, *fields: str) -> None:
    """Write these fields; the version tells other open pages that they are old."""
    case_file.version += 1
    case_file.save(update_fields=["version", *fields])


def all_parties(case_file: CaseFile) -> list[CaseParty]:
    """The parties, the applicant first, those too whose power has ended; read once for each object."""
    known: list[CaseParty] | None = getattr(case_file, "_parties", None)
    if known is None:
        order = list(Capacity.values)
        rows = CaseParty.objects.filter(case_file=case_file).select_related("person")
        known = sorted(rows, key=lambda party: (order.index(party.capacity), party.pk))
        case_file._parties = known  # type: ignore[attr-defined]
    return known


def parties_of(case_file: CaseFile) -> list[CaseParty]:
    """The parties of today, the applicant first."""
    today = timezone.localdate()
    return [party for party in all_parties(case_file) if party.valid_to is None or party.valid_to >= today]


def check_acts(case_file: CaseFile, actor: Actor) -> None:
    """Refuse whoever was a party and is one no more: her page may be older than the end of her power (art. 5.1)."""
    hers = [party for party in all_parties(case_file) if actor.is_citizen and party.person_id == actor.person_id]
    if hers and not any(party in parties_of(case_file) for party in hers):
        raise DomainError(_("The power by which you acted in this case file has ended."), code="power_ended")


def applicant_of(case_file: CaseFile) -> CaseParty | None:
    """Who asked; None in an anonymous report."""
    return next((party for party in parties_of(case_file) if party.capacity == Capacity.APPLICANT), None)


def event(case_file: CaseFile, code: str, *, actor: Actor, public: bool = True, **more: Any) -> CaseEvent:
    """An unsaved line of the history; `more` may hold params, entry, document, notification."""
    return CaseEvent(
        municipality_id=case_file.municipality_id,
        case_file=case_file,
        at=timezone.now(),
        code=code,
        public=public,
        actor_name=actor.name[:200],
        **more,
    )


def end_joinings(case_file: CaseFile, *, actor: Actor) -> None:
    """Nobody joins what is withdrawn, decided or closed: whoever has not answered is not waited for any more."""
    asked = Joining.objects.filter(case_file=case_file, state=JoinState.ASKED)
    if asked.update(state=JoinState.LAPSED):
        audit(case_file, "joining_over", actor=actor)


def stop_signing(case_file: CaseFile, reason: str, *, actor: Actor) -> None:
    """Nobody is asked any more to sign in it; she reads the reason, a marked message, and the clerks do."""
    told = in_languages(reason)
    both = " · ".join(dict.fromkeys((told["eu"], told["es"])))
    cancel_of(case_reference=case_file.reference, reason=both, actor=actor)


def end(case_file: CaseFile, state: State, *, actor: Actor) -> None:
    """The file is over, however it came to that: nobody joins it, or signs in it, any more. Sets its fields; the caller
    saves them, and writes the history."""
    case_file.step, case_file.state, case_file.closed_at = "", state, timezone.now()
    end_joinings(case_file, actor=actor)
    stop_signing(case_file, FILE_ENDED, actor=actor)


def write(
    case_file: CaseFile,
    code: str,
    *,
    actor: Actor,
    events: Iterable[CaseEvent] = (),
    reason: str = "",
    **more: Any,
) -> None:
    """The verb's line of history and its audit row; `events` are what it caused besides."""
    CaseEvent.objects.bulk_create([event(case_file, code, actor=actor, **more), *events])
    audit(case_file, code, actor=actor, reason=reason[:300])


def audit(case_file: CaseFile, code: str, *, actor: Actor, **more: Any) -> None:
    """Only the audit row; its subject is the applicant, who may read who did what with her file."""
    party = applicant_of(case_file)
    record(f"case_files.{code}", actor=actor, target=case_file, subject=party.person_id if party else None, **more)


def next_reference(code: str, municipality_id: int) -> str:
    """The next number of the year's case files, `MUN-2026-000123`; the year is Europe/Madrid's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO case_files_casecounter AS c (municipality_id, year, last_number) "
            "SELECT %s, extract(year FROM clock_timestamp() AT TIME ZONE 'Europe/Madrid'), 1 "
            "ON CONFLICT (municipality_id, year) DO UPDATE SET last_number = c.last_number + 1 "
            "RETURNING year, last_number",
            [municipality_id],
        )
        year, number = cursor.fetchone()
    return f"{code}-{year}-{number:06d}"

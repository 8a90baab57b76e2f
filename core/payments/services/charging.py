"""What is owed: charged once, cancelled with a reason."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import Actor, record
from core.identity.constants import Role
from core.identity.rights import require
from core.municipalities.models import open_municipality
from core.municipalities.services import DomainError, terms
from core.payments.constants import ChargeState
from core.payments.models import Charge


@transaction.atomic(savepoint=False)
def charge(
    *,
    key: str,
    amount_cents: int,
    concept: Mapping[str, str],
    due_on: date | None = None,
    person_id: int | None = None,
    payer_name: str = "",
    payer_identifier: str = "",
    case_reference: str = "",
    procedure_code: str = "",
    details: Mapping[str, Any] | None = None,
    language: str = "eu",
    is_new: bool = False,
    actor: Actor,
) -> Charge:
    """Write down what is owed in the open town; the same `key` is charged once. `concept` is {eu, es, en?}.

    Payable until `due_on`, by default one month from today. `is_new` says that nobody can have used the key before
    (it names a case file of this very transaction): two statements instead of three.
    """
    if amount_cents <= 0:
        raise DomainError(_("There is nothing to charge."), code="nothing")
    if not is_new and (known := Charge.objects.filter(key=key).first()):
        return known
    made = Charge(
        key=key,
        amount_cents=amount_cents,
        concept_eu=concept["eu"][:200],
        concept_es=concept["es"][:200],
        concept_en=concept.get("en", "")[:200],
        due_on=due_on or terms.add_months(terms.local_today(), 1, towns=(open_municipality() or 0,)),
        person_id=person_id,
        payer_name=payer_name[:200],
        payer_identifier=payer_identifier[:30],
        case_reference=case_reference,
        procedure_code=procedure_code,
        details=dict(details or {}),
        language=language,
    )
    made.save(force_insert=True)
    record("payments.charged", actor=actor, target=made, subject=person_id, data={"cents": amount_cents})
    return made


@transaction.atomic
def cancel(*, charge: Charge, reason: str, actor: Actor) -> Charge:
    """Nothing is owed any more; what is paid already can't be cancelled: that is refunded.

    What the citizen has taken to a bank stays open: the bank is still asked about it, and what it holds as paid goes
    back to her (see `crediting`). Nothing new can be begun.
    """
    held = lock(charge)
    if actor.is_clerk:
        require(actor, Role.TOWN_ADMINISTRATOR, Role.HANDLER, Role.SIGNATORY)
    if held.state == ChargeState.CANCELLED:
        return held
    if held.state != ChargeState.DUE:
        raise DomainError(_("What is paid can't be cancelled: refund it."), code="paid")
    if not reason.strip():
        raise DomainError(_("Say why: it stays in the record."), field="reason")
    held.state = ChargeState.CANCELLED
    held.save(update_fields=["state"])
    record("payments.cancelled", actor=actor, target=held, subject=held.person_id, reason=reason[:300])
    return held


def charges_of(case_reference: str) -> list[Charge]:
    """The charges of a case file, the oldest first."""
    return list(Charge.objects.filter(case_reference=case_reference).order_by("created_at"))


def lock(charge: Charge) -> Charge:
    """The charge's row until the commit. Lock order: charge, then its attempts."""
    held: Charge = Charge.objects.select_for_update(of=("self",)).get(pk=charge.pk)
    return held


def my_charges() -> list[Charge]:
    """Hers in every town, what is to be paid first; behind `reading_own`, one statement."""
    rows = Charge.objects.exclude(state=ChargeState.CANCELLED).order_by("-created_at")[:50]
    return sorted(rows, key=lambda row: (row.state != ChargeState.DUE, row.due_on if row.state == "due" else date.min))


@transaction.atomic(savepoint=False)
def hand_over_charges(*, case_reference: str, person_id: int, to: int, actor: Actor) -> None:
    """What is still to be paid of a case file is another person's from now on: she sees it and pays it."""
    due = Charge.objects.filter(case_reference=case_reference, person_id=person_id, state=ChargeState.DUE)
    for one in due.select_for_update(of=("self",)):
        one.person_id = to
        one.save(update_fields=["person"])
        record("payments.handed_over", actor=actor, target=one, subject=to)


def follow_person(old_id: int, new_id: int) -> None:
    """When two persons turn out to be one, what she owes follows her; runs with the province's door open."""
    Charge.objects.filter(person_id=old_id).update(person_id=new_id)

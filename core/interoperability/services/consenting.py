"""Consent to a look-up that a special law guards: given for one case file, and taken back whenever she likes."""

from collections.abc import Iterable

from django.db import transaction

from core.audit.services import Actor, record, record_all, row
from core.interoperability.models import Consent

from .ending import end


@transaction.atomic(savepoint=False)
def give_consents(consents: Iterable[Consent], *, actor: Actor) -> None:
    """Save what a person has consented to in a request, each with its row of the audit; two statements, or none."""
    if given := list(consents):
        Consent.objects.bulk_create(given)
        record_all(
            row("interoperability.consented", actor=actor, target=one, subject=one.person_id, object_ref=one.kind)
            for one in given
        )


def has_consented(*, kind: str, person_id: int, case_reference: str) -> bool:
    """Whether it stands today; one statement."""
    rows = Consent.objects.filter(kind=kind, person=person_id, case_reference=case_reference, until=None)
    return rows.exists()


@transaction.atomic(savepoint=False)
def withdraw_consent(*, consent: Consent, actor: Actor) -> None:
    """From now on nothing is looked up by it; only she who gave it says so, or a clerk for her. In its town, once."""
    if end(consent, actor):
        record(
            "interoperability.consent_withdrawn",
            actor=actor,
            target=consent,
            subject=consent.person_id,
            object_ref=consent.kind,
        )

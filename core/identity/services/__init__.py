"""The verbs of identity."""

from .accounts import change_account, give_provisional_person
from .acting import actor_of, has_second_factor, roles_in, valid_memberships
from .certificates import check_signing_certificate, is_certificate_of
from .in_hand import DocumentInHand
from .persons import (
    ProvedIdentity,
    Represented,
    account_of,
    find_person,
    is_number_of_entity,
    kind_of_number,
    merged_persons,
    normalise,
    proved_identifiers,
)
from .proving import add_identifier, on_persons_merged, person_for_desk, prove, prove_at_desk

__all__ = [
    "DocumentInHand",
    "ProvedIdentity",
    "Represented",
    "account_of",
    "actor_of",
    "add_identifier",
    "change_account",
    "check_signing_certificate",
    "find_person",
    "give_provisional_person",
    "has_second_factor",
    "is_certificate_of",
    "is_number_of_entity",
    "kind_of_number",
    "merged_persons",
    "normalise",
    "on_persons_merged",
    "person_for_desk",
    "prove",
    "prove_at_desk",
    "proved_identifiers",
    "roles_in",
    "valid_memberships",
]

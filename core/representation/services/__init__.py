"""The verbs of representation."""

from .answering import (
    accept,
    expire_due,
    hold_in_force,
    may_revoke,
    on_power_ended,
    refuse,
    renounce,
    revoke,
    revoke_at_desk,
)
from .finding import PowersOf, by_certificate, powers_for, powers_of, powers_of_company
from .granting import Grantor, grant, revoke_by_number

__all__ = [
    "Grantor",
    "PowersOf",
    "accept",
    "by_certificate",
    "expire_due",
    "grant",
    "hold_in_force",
    "may_revoke",
    "on_power_ended",
    "powers_for",
    "powers_of",
    "powers_of_company",
    "refuse",
    "renounce",
    "revoke",
    "revoke_at_desk",
    "revoke_by_number",
]

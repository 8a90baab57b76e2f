"""The verbs of representation."""

from .answering import accept, refuse, renounce, revoke
from .finding import PowersOf, by_certificate, powers_for, powers_of
from .granting import Grantor, grant, revoke_by_number

__all__ = [
    "Grantor",
    "PowersOf",
    "accept",
    "by_certificate",
    "grant",
    "powers_for",
    "powers_of",
    "refuse",
    "renounce",
    "revoke",
    "revoke_by_number",
]

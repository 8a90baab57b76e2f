"""The verbs of the padron."""

from .finding import (
    find_resident,
    history_of,
    home_of,
    household_of,
    link,
    resident_since,
    residents_in,
    search_residents,
)
from .residence import (
    add_dwelling,
    change_address,
    change_personal_data,
    confirm_staying,
    move,
    register_arrival,
    register_birth,
    remove,
)

__all__ = [
    "add_dwelling",
    "change_address",
    "change_personal_data",
    "confirm_staying",
    "find_resident",
    "history_of",
    "home_of",
    "household_of",
    "link",
    "move",
    "register_arrival",
    "register_birth",
    "remove",
    "resident_since",
    "residents_in",
    "search_residents",
]

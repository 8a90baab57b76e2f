"""The verbs of looking up, and what others ask of this room."""

from core.interoperability.answers import Answer, Away, can_be_asked, register_answer

from .asking import ART_28, ask_outside, fail, follow_person, look_up, lookups_of
from .consenting import give_consents, has_consented, withdraw_consent
from .objecting import object_to, objected_kinds, take_back

__all__ = [
    "ART_28",
    "Answer",
    "Away",
    "ask_outside",
    "can_be_asked",
    "fail",
    "follow_person",
    "give_consents",
    "has_consented",
    "look_up",
    "lookups_of",
    "object_to",
    "objected_kinds",
    "register_answer",
    "take_back",
    "withdraw_consent",
]

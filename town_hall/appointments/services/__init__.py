"""The verbs of the appointments."""

from town_hall.appointments.tokens import token_of

from .booking import SlotTaken, book, cancel, free_hours, give_appointments, hours_to_come, move
from .desk import attend, block, day_of, unblock
from .forgetting import forget_due
from .mailing import calendar_file, own_address
from .offering import desks_of, find_service, my_appointments, offered_services, offices_of, rules_on
from .slots import Slot, free_slots, next_free

__all__ = [
    "Slot",
    "SlotTaken",
    "attend",
    "block",
    "book",
    "calendar_file",
    "cancel",
    "day_of",
    "desks_of",
    "find_service",
    "forget_due",
    "free_hours",
    "free_slots",
    "give_appointments",
    "hours_to_come",
    "move",
    "my_appointments",
    "next_free",
    "offered_services",
    "offices_of",
    "own_address",
    "rules_on",
    "token_of",
    "unblock",
]

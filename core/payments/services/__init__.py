"""The verbs of money: what is owed, and how it comes in and goes back."""

from core.payments.formula import FormulaError, check
from core.payments.gateways import Addresses

from .assessing import Answers, Assessment, assess, estimate, find_tariff, forget_tariffs, to_cents
from .charging import cancel, charge, charges_of, follow_person, hand_over_charges, my_charges
from .crediting import euros, on_charge_paid, on_payment_doubted
from .loading import copy_tariff, load_tariffs
from .paying import Begun, begin_payment, methods_for, note_return
from .refunding import close_by_hand, doubtful, refund, set_aside
from .setting_up import keep_method, notify_address
from .settling import reconcile
from .slips import take_return_file
from .taking import take_notification

__all__ = [
    "Addresses",
    "Answers",
    "Assessment",
    "Begun",
    "FormulaError",
    "assess",
    "begin_payment",
    "cancel",
    "charge",
    "charges_of",
    "check",
    "close_by_hand",
    "copy_tariff",
    "doubtful",
    "estimate",
    "euros",
    "find_tariff",
    "follow_person",
    "forget_tariffs",
    "hand_over_charges",
    "keep_method",
    "load_tariffs",
    "methods_for",
    "my_charges",
    "note_return",
    "notify_address",
    "on_charge_paid",
    "on_payment_doubted",
    "reconcile",
    "refund",
    "set_aside",
    "take_notification",
    "take_return_file",
    "to_cents",
]

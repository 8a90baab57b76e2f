"""The verbs of effects and notices."""

from .effects import Temporary, ask_again, outbox, put, register_effect, retry, run_due
from .mailing import site_of
from .notifying import (
    hand_over,
    lapse_due,
    make_available,
    notify,
    on_notification_closed,
    open_notification,
    record_delivery,
    reject_notification,
    render_effect,
)
from .nudging import nudge
from .preferring import choose, preference_of
from .sweeping import sweep

__all__ = [
    "Temporary",
    "ask_again",
    "choose",
    "hand_over",
    "lapse_due",
    "make_available",
    "notify",
    "nudge",
    "on_notification_closed",
    "open_notification",
    "outbox",
    "preference_of",
    "put",
    "record_delivery",
    "register_effect",
    "reject_notification",
    "render_effect",
    "retry",
    "run_due",
    "site_of",
    "sweep",
]

"""The verbs of signing: what is asked to be signed, and how it is signed."""

from .aside import ASIDE, put_aside, read_aside, sweep_aside, taken, throw_away
from .asking import (
    ask,
    cancel,
    cancel_of,
    decline,
    find_request,
    follow_person,
    my_requests,
    on_signing,
    on_signing_ended,
    requests_of,
    signatures_of,
    sweep_over,
)
from .attempts import begin, count_try, fail, lock_attempt, shown_version, ways
from .checking import take_signed_file
from .finishing import finish, read

__all__ = [
    "ASIDE",
    "ask",
    "begin",
    "cancel",
    "cancel_of",
    "count_try",
    "decline",
    "fail",
    "find_request",
    "finish",
    "follow_person",
    "lock_attempt",
    "my_requests",
    "on_signing",
    "on_signing_ended",
    "put_aside",
    "read",
    "read_aside",
    "requests_of",
    "shown_version",
    "signatures_of",
    "sweep_aside",
    "sweep_over",
    "take_signed_file",
    "taken",
    "throw_away",
    "ways",
]

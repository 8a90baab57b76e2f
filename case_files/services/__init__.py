"""The verbs of file management."""

from .opening import OpenedProcedure, answer_at_once, hand_to_clerk, open_case_file, record_registration
from .workflow import OpenedStep, register_step

__all__ = [
    "OpenedProcedure",
    "OpenedStep",
    "answer_at_once",
    "hand_to_clerk",
    "open_case_file",
    "record_registration",
    "register_step",
]

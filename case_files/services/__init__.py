"""The verbs of file management, and what citizens' pages ask."""

from case_files.history import sentence as history_sentence

from . import issuing  # noqa: F401  registers its step
from .communicating import add_document, add_note, message_citizen, message_from_citizen
from .correcting import RECEIVERS, ask_correction, awaited_correction, lapse_corrections, receive_correction
from .deciding import note_fee, propose, proposed, resolve, write_report
from .ending import close, withdraw
from .finding import find_case_files
from .folder import (
    Node,
    ToDo,
    is_outcome_shown,
    my_case_file,
    my_case_files,
    my_events,
    plain_status,
    step_name,
    to_do,
    tracker,
)
from .handling import assign, complete_task, may_do, reassign_unit, release, return_task, stands_in_for, take
from .links import DeskLink, desk_links, register_desk_link
from .opening import OpenedProcedure, answer_at_once, hand_to_clerk, open_case_file, record_registration
from .persons import follow_person
from .workflow import OpenedStep, decides_later, offered, register_step

__all__ = [
    "RECEIVERS",
    "DeskLink",
    "Node",
    "OpenedProcedure",
    "OpenedStep",
    "ToDo",
    "add_document",
    "add_note",
    "answer_at_once",
    "ask_correction",
    "assign",
    "awaited_correction",
    "close",
    "complete_task",
    "decides_later",
    "desk_links",
    "find_case_files",
    "follow_person",
    "hand_to_clerk",
    "history_sentence",
    "is_outcome_shown",
    "lapse_corrections",
    "may_do",
    "message_citizen",
    "message_from_citizen",
    "my_case_file",
    "my_case_files",
    "my_events",
    "note_fee",
    "offered",
    "open_case_file",
    "plain_status",
    "propose",
    "proposed",
    "reassign_unit",
    "receive_correction",
    "record_registration",
    "register_desk_link",
    "register_step",
    "release",
    "resolve",
    "return_task",
    "stands_in_for",
    "step_name",
    "take",
    "to_do",
    "tracker",
    "withdraw",
    "write_report",
]

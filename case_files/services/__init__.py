"""The verbs of file management, and what citizens' pages ask."""

from case_files.history import in_reader_language
from case_files.history import sentence as history_sentence
from case_files.querysets import colleagues
from case_files.steps import all_rules, rule_of

from . import issuing  # noqa: F401  registers its step
from .asking import (
    HEARING_DAYS,
    certify_silence,
    is_silent,
    is_warned,
    may_wait_for,
    open_hearing,
    suspend_for_report,
    warn_of_lapse,
)
from .attending import end_appointment, hold_for_appointment, move_appointment, waits_for_attendance
from .branching import add_step, addable, link, linked, relate
from .communicating import add_document, add_note, message_citizen, message_from_citizen
from .correcting import RECEIVERS, ask_correction, awaited_correction, lapse_corrections, receive_correction
from .deciding import note_fee, propose, proposed, resolve, write_report
from .diagram import Drawing, Stop, draw
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
from .handling import (
    assign,
    complete_task,
    hand_to_unit,
    may_do,
    reassign_unit,
    release,
    return_task,
    stands_in_for,
    steps_back,
    take,
)
from .joining import ask_to_join, joinings_of, lapse_joinings
from .joining_on_paper import join_on_paper
from .links import DeskLink, desk_links, register_desk_link
from .opening import OpenedProcedure, answer_at_once, attach, hand_to_clerk, open_case_file, record_registration
from .persons import end_representation, follow_person
from .reaching import reach_party
from .signing import ASKERS, ask_signature, cancel_signature
from .visits import Visit, Visits, register_visits, visits_of
from .workflow import (
    CORRECTION,
    OpenedStep,
    Words,
    decides_later,
    in_languages,
    offered,
    register_condition,
    register_step,
    snapshot,
    what_lacks,
)

__all__ = [
    "ASKERS",
    "CORRECTION",
    "HEARING_DAYS",
    "RECEIVERS",
    "DeskLink",
    "Drawing",
    "Node",
    "OpenedProcedure",
    "OpenedStep",
    "Stop",
    "ToDo",
    "Visit",
    "Visits",
    "Words",
    "add_document",
    "add_note",
    "add_step",
    "addable",
    "all_rules",
    "answer_at_once",
    "ask_correction",
    "ask_signature",
    "ask_to_join",
    "assign",
    "attach",
    "awaited_correction",
    "cancel_signature",
    "certify_silence",
    "close",
    "colleagues",
    "complete_task",
    "decides_later",
    "desk_links",
    "draw",
    "end_appointment",
    "end_representation",
    "find_case_files",
    "follow_person",
    "hand_to_clerk",
    "hand_to_unit",
    "history_sentence",
    "hold_for_appointment",
    "in_languages",
    "in_reader_language",
    "is_outcome_shown",
    "is_silent",
    "is_warned",
    "join_on_paper",
    "joinings_of",
    "lapse_corrections",
    "lapse_joinings",
    "link",
    "linked",
    "may_do",
    "may_wait_for",
    "message_citizen",
    "message_from_citizen",
    "move_appointment",
    "my_case_file",
    "my_case_files",
    "my_events",
    "note_fee",
    "offered",
    "open_case_file",
    "open_hearing",
    "plain_status",
    "propose",
    "proposed",
    "reach_party",
    "reassign_unit",
    "receive_correction",
    "record_registration",
    "register_condition",
    "register_desk_link",
    "register_step",
    "register_visits",
    "relate",
    "release",
    "resolve",
    "return_task",
    "rule_of",
    "snapshot",
    "stands_in_for",
    "step_name",
    "steps_back",
    "suspend_for_report",
    "take",
    "to_do",
    "tracker",
    "visits_of",
    "waits_for_attendance",
    "warn_of_lapse",
    "what_lacks",
    "withdraw",
    "write_report",
]

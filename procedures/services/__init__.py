"""The verbs of the procedures' room."""

from procedures.catalogue import Definition, find_definition, forget_definitions

from .automatic import register_automatic
from .completing import Incomplete
from .drafts import discard, expire_drafts, files_held, forget_drafts, journey_of, save_step, start
from .editing import publish
from .searching import forget_search, note_miss, rank, search
from .submitting import Submitted, submit
from .towns import enable_procedures, find_town_procedure, forget_town_procedures
from .uploads import attach, remove_attachment

__all__ = [
    "Definition",
    "Incomplete",
    "Submitted",
    "attach",
    "discard",
    "enable_procedures",
    "expire_drafts",
    "files_held",
    "find_definition",
    "find_town_procedure",
    "forget_definitions",
    "forget_drafts",
    "forget_search",
    "forget_town_procedures",
    "journey_of",
    "note_miss",
    "publish",
    "rank",
    "register_automatic",
    "remove_attachment",
    "save_step",
    "search",
    "start",
    "submit",
]

"""The verbs of the procedures' room."""

from procedures.catalogue import Definition, find_definition, forget_definitions

from .automatic import register_automatic
from .completing import Incomplete
from .drafts import discard, expire_drafts, files_held, forget_drafts, journey_of, save_step, start
from .editing import publish
from .forming import arrange, discard_sketch, look, replace_sketch, save_question, sketched
from .publishing import confirm_form, export_form, import_form, publish_form
from .searching import forget_search, note_miss, rank, search
from .submitting import Submitted, submit
from .towns import enable_procedures, find_town_procedure, forget_town_procedures
from .uploads import attach, remove_attachment

__all__ = [
    "Definition",
    "Incomplete",
    "Submitted",
    "arrange",
    "attach",
    "confirm_form",
    "discard",
    "discard_sketch",
    "enable_procedures",
    "expire_drafts",
    "export_form",
    "files_held",
    "find_definition",
    "find_town_procedure",
    "forget_definitions",
    "forget_drafts",
    "forget_search",
    "forget_town_procedures",
    "import_form",
    "journey_of",
    "look",
    "note_miss",
    "publish",
    "publish_form",
    "rank",
    "register_automatic",
    "remove_attachment",
    "replace_sketch",
    "save_question",
    "save_step",
    "search",
    "sketched",
    "start",
    "submit",
]

"""The verbs of the procedures' room."""

from procedures.automatic import CLERK, is_answered_at_once, register_automatic, term_of
from procedures.catalogue import Definition, find_definition, find_form, forget_definitions
from procedures.hours import Booked, Days, Hours, register_hours
from procedures.known import Known, register_known

from .completing import Incomplete
from .drafts import (
    discard,
    expire_drafts,
    files_held,
    forget_drafts,
    hangs_on_token,
    journey_of,
    save_step,
    start,
    version_of,
)
from .editing import publish
from .evidence import consent_of, shown, signs
from .forming import arrange, discard_sketch, forms_to_confirm, look, replace_sketch, save_question, sketched
from .guiding import (
    elsewhere_of,
    explain,
    forget_related,
    has_questions,
    questions_of,
    related_to,
    to_have_at_hand,
)
from .once_only import my_documents, objected_in_general, reuse, save_objections
from .publishing import confirm_form, export_form, import_form, publish_form
from .searching import families_of, forget_search, life_events_of, narrow, note_miss, rank, search
from .submitting import Submitted, submit
from .towns import Offer, enable_procedures, find_taken, find_town_procedure, forget_town_procedures, offers_of
from .uploads import attach, remove_attachment
from .workflows import base_of, draft_workflow, faults_of, own_workflow, publish_workflow, steps_for

__all__ = [
    "CLERK",
    "Booked",
    "Days",
    "Definition",
    "Hours",
    "Incomplete",
    "Known",
    "Offer",
    "Submitted",
    "arrange",
    "attach",
    "base_of",
    "confirm_form",
    "consent_of",
    "discard",
    "discard_sketch",
    "draft_workflow",
    "elsewhere_of",
    "enable_procedures",
    "expire_drafts",
    "explain",
    "export_form",
    "families_of",
    "faults_of",
    "files_held",
    "find_definition",
    "find_form",
    "find_taken",
    "find_town_procedure",
    "forget_definitions",
    "forget_drafts",
    "forget_related",
    "forget_search",
    "forget_town_procedures",
    "forms_to_confirm",
    "hangs_on_token",
    "has_questions",
    "import_form",
    "is_answered_at_once",
    "journey_of",
    "life_events_of",
    "look",
    "my_documents",
    "narrow",
    "note_miss",
    "objected_in_general",
    "offers_of",
    "own_workflow",
    "publish",
    "publish_form",
    "publish_workflow",
    "questions_of",
    "rank",
    "register_automatic",
    "register_hours",
    "register_known",
    "related_to",
    "remove_attachment",
    "replace_sketch",
    "reuse",
    "save_objections",
    "save_question",
    "save_step",
    "search",
    "shown",
    "signs",
    "sketched",
    "start",
    "steps_for",
    "submit",
    "term_of",
    "to_have_at_hand",
    "version_of",
]

"""Procedures that are answered in the same visit: the room that owns the data registers what answers them."""

from collections.abc import Callable

from case_files.models import CaseFile
from core.audit.services import Actor
from core.documents.models import Document

from .constants import TermUnit
from .models import Procedure

Answer = Callable[[CaseFile, Actor], Document]
CLERK = "clerk"  # the code of a DomainError that leaves the answer to a clerk
answers: dict[str, Answer] = {}
for_companies: set[str] = set()


def is_answered_at_once(procedure: Procedure) -> bool:
    """Whether somebody does answer it: where the room that holds its data is not there, a clerk does."""
    return procedure.automatic and procedure.code in answers


def term_of(procedure: Procedure) -> tuple[int | None, str]:
    """The longest time to answer: (3, "months"). What a clerk answers in a room's stead is due the next working day."""
    left_to_clerk = procedure.automatic and not is_answered_at_once(procedure)
    if left_to_clerk and procedure.term_unit == TermUnit.IMMEDIATE:
        return 1, TermUnit.WORKING_DAYS
    return procedure.term_value, procedure.term_unit


def register_automatic(code: str, *, companies: bool = False) -> Callable[[Answer], Answer]:
    """`@register_automatic("PAD-006")`: `fn(case_file, actor)` answers the procedure with a document, which is
    saved here where it is new. `companies`: it answers a company too, whose representative is the second party.

    It runs in the submission's transaction. A DomainError with code `clerk`, raised before anything was written, hands
    the file to a clerk; any other one refuses the request.
    """

    def register(answer: Answer) -> Answer:
        answers[code] = answer
        if companies:
            for_companies.add(code)
        return answer

    return register

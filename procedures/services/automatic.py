"""Procedures that are answered in the same visit: the room that owns the data registers what answers them."""

from collections.abc import Callable

from case_files.models import CaseFile
from core.audit.services import Actor
from core.documents.models import Document

Answer = Callable[[CaseFile, Actor], Document]
CLERK = "clerk"  # the code of a DomainError that leaves the answer to a clerk
answers: dict[str, Answer] = {}


def register_automatic(code: str) -> Callable[[Answer], Answer]:
    """`@register_automatic("PAD-006")`: `fn(case_file, actor)` answers the procedure with a document, which is
    saved here where it is new.

    It runs in the submission's transaction. A DomainError with code `clerk`, raised before anything was written, hands
    the file to a clerk; any other one refuses the request.
    """

    def register(answer: Answer) -> Answer:
        answers[code] = answer
        return answer

    return register

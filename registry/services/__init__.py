"""The verbs of the registry."""

from .annotating import annotate
from .chain import canonical, plain
from .closing import DayRoot, close_days, day_roots, towns_to_close
from .desk import Filing, register_at_desk
from .discretion import hidden_from, masked, on_books_read
from .entering import number_of, register
from .receipts import receipt_context
from .verifying import Flaw, verify_book

__all__ = [
    "DayRoot",
    "Filing",
    "Flaw",
    "annotate",
    "canonical",
    "close_days",
    "day_roots",
    "hidden_from",
    "masked",
    "number_of",
    "on_books_read",
    "plain",
    "receipt_context",
    "register",
    "register_at_desk",
    "towns_to_close",
    "verify_book",
]

"""The verbs of the registry."""

from .annotating import annotate
from .closing import DayRoot, close_days, day_roots, towns_to_close
from .desk import Filing, register_at_desk
from .entering import number_of, register
from .receipts import receipt_context
from .verifying import Flaw, verify_book

__all__ = [
    "DayRoot",
    "Filing",
    "Flaw",
    "annotate",
    "close_days",
    "day_roots",
    "number_of",
    "receipt_context",
    "register",
    "register_at_desk",
    "towns_to_close",
    "verify_book",
]

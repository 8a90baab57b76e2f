"""The verbs of the registry."""

from .annotating import annotate
from .closing import DayRoot, close_days, day_roots, towns_to_close
from .entering import number_of, register
from .receipts import receipt_context
from .verifying import Flaw, verify_book

__all__ = [
    "DayRoot",
    "Flaw",
    "annotate",
    "close_days",
    "day_roots",
    "number_of",
    "receipt_context",
    "register",
    "towns_to_close",
    "verify_book",
]

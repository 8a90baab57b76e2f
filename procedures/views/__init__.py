"""The wizard's pages, by subject."""

from .attaching import documents
from .checking import check, done
from .wizard import discard, later, resume, start, step

__all__ = ["check", "discard", "documents", "done", "later", "resume", "start", "step"]

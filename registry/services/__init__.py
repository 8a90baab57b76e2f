"""The verbs of the registry."""

from .entering import number_of, register

__all__ = ["number_of", "register"]

"""The verbs of identity."""

from .acting import actor_of

__all__ = ["actor_of"]

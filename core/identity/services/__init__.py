"""The verbs of identity."""

from .acting import actor_of, has_second_factor, roles_in, valid_memberships

__all__ = ["actor_of", "has_second_factor", "roles_in", "valid_memberships"]

"""A bank that is not one; not in production."""

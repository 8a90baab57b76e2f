"""Signing: the citizen signs the exact document that she was shown, and the evidence stays with it."""

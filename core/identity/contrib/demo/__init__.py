"""Invented people whom anybody may be; not in production."""

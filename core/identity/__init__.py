"""Accounts, persons and the proof of who is who; clerks and their roles."""

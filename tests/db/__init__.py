"""Postgres for the tests: the owner creates, migrates, clones and empties; the tests log in as the app."""

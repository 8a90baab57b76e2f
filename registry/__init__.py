"""The in/out registry: the book, its numbers, its chain of hashes."""

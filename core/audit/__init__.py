"""Who did what, when, and why; rows are only added."""

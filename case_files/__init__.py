"""File management: the case file (expediente), its tasks, terms and resolutions."""

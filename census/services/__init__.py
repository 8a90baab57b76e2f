"""The verbs of the padron."""

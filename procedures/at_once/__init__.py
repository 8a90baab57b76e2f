"""What this room answers in the same visit, of what the rooms below it hold: they can't register with it themselves."""

"""A plausible county of invented people, the same for the same seed."""

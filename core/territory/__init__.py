"""Streets and places of a town."""

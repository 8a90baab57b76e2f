"""An administration that is not one: it answers by rule, for demonstrations; not in production."""

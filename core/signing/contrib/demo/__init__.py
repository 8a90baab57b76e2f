"""A certificate that is none: it shows how signing with one looks. Not in production."""

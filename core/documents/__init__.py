"""Documents: made from templates, sealed, stored by their hash, checked by their code."""

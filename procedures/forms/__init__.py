"""Forms from the catalogue: every field type as Django field, widget and cleaning; a form for each page."""

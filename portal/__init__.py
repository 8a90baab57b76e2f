"""What everyone sees: town sites, themes, search, the citizen's folder."""

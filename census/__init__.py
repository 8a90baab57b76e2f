"""The padrón: residents, dwellings, inscriptions and their certificates."""

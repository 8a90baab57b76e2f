"""Giltza, the identity service of the Basque administrations (Izenpe), by OAuth 2."""

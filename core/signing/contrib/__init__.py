"""The ways to sign: one folder each, copied to make another."""

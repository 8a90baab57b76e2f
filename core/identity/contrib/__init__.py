"""Ways to prove who one is, each in a folder of its own; docs/recipes/add_an_identity_gateway.md."""

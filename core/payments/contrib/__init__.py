"""Ways to pay, a folder each."""

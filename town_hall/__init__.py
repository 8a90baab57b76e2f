"""The Integrated Local Management System: one room for each of a town hall's own trades, neighbours all of them."""

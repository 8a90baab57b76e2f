"""Form definitions as plain JSON values: their shape, their rules, and the differences between two of them.

A definition is `{"fields": [question, …], "documents": [document, …]}`; its questions stand in the order in which they
are asked. Nothing here reads or writes a row.
"""

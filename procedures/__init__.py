"""The catalogue of procedures, their forms, drafts and requests."""

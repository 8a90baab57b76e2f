"""A slip to be paid at a bank, its machines or its page: Cuaderno 60, modality 2."""

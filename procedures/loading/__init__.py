"""From the catalogue's tables (`procedures/data/*.csv`) to rows: `tables` reads and checks, `save` writes."""

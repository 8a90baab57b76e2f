"""Which town hall this is, and the wall between town halls."""

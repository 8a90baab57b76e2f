"""A code by e-mail, typed in a session that has been identified: Ley 39/2015, arts. 10.2.c and 10.4."""

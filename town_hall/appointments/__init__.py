"""Appointments at the desks of a town hall: what can be asked for, when, and who comes."""

"""What beat asks for: the towns that have something due, whatever became of their nudges."""

from django.db import connection

from core.notifications.constants import Queue

from .nudging import nudge


def towns_with_due_effects() -> list[int]:
    """Ids only: this is the one question that is asked outside every door, by a function of the database's owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT municipality_id FROM outbox_due_towns()")
        return [row[0] for row in cursor.fetchall()]


def sweep() -> int:
    """Nudge every queue of every town with due effects; how many towns."""
    towns = towns_with_due_effects()
    for town in towns:
        for queue in Queue:
            nudge(town, queue)
    return len(towns)

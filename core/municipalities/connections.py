"""A kept connection may have died while nobody used it: Postgres restarted, a proxy lost patience."""

import select

from django.db import connection


def drop_dead_connection() -> None:
    """Close the kept connection if the server has said anything on it while it was idle, for that can only be goodbye.

    Asking the socket costs a microsecond; Django's own health check costs a statement at every request.
    """
    if connection.in_atomic_block or connection.connection is None:
        return
    if connection.connection.closed or select.select([connection.connection.fileno()], [], [], 0)[0]:
        connection.close()

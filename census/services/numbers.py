"""Numbers that are never given twice."""

from typing import Any

from django.db import connection, models


def reserve(model: type[models.Model], count: int = 1) -> list[int]:
    """`count` primary keys that nobody else will get, in order, whether they are used or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def new_nia(town: Any, pk: int) -> str:
    """The resident's number of the town: never given again, even when she has long gone (INE: NIA)."""
    return f"{town.code}{pk:09d}"


def new_sheet(district: str, section: str, pk: int) -> str:
    """NHOP of a dwelling, ten characters: district, section, and the key in base 36 behind a letter."""
    digits, rest = "", pk + 10 * 36**4  # so that it begins with a letter, which no imported or generated one does
    while rest:
        rest, digit = divmod(rest, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit] + digits
    return f"{district}{section}{digits}"

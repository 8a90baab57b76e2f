"""What counts as a change of the tables: not the words."""

from typing import Any

from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector

WORDS = ("verbose_name", "help_text")


class TablesAutodetector(MigrationAutodetector):
    """A label that is mended, or in another language, needs no migration."""

    def deep_deconstruct(self, obj: Any) -> Any:
        found = super().deep_deconstruct(obj)
        if isinstance(obj, models.Field):
            for word in WORDS:
                found[2].pop(word, None)
        return found

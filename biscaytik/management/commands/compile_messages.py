"""Compiles every locale file with Babel: no gettext needed on the machine."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compiles the translations that are newer than their compiled form."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for source in Path(settings.BASE_DIR, "locale").rglob("django.po"):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as lines, target.open("wb") as out:
                write_mo(out, read_po(lines, locale=source.parts[-3]))
            self.stdout.write(f"compiled {source.relative_to(settings.BASE_DIR)}")

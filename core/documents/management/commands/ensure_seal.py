"""Makes the demonstration's seal where there is none; production brings its own."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Makes a demo seal at SEAL_P12 unless there is one; refuses in production."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(settings.SEAL_P12)
        if settings.SEAL_P12 and target.exists():
            return
        if settings.PRODUCTION:
            raise CommandError("Set SEAL_P12 to the town hall's own seal: production takes no demo one.")
        from core.documents.demo_seal import make_demo_seal

        make_demo_seal(target, settings.SEAL_PASSPHRASE)
        self.stdout.write(f"made the demo seal {target}")

"""Loads the certificates of the authorities whose citizens' certificates are accepted."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.identity.services.issuers import bundle, load_issuer, seed_issuers
from core.municipalities.services import DomainError


class Command(BaseCommand):
    help = "Loads authorities (roots and intermediates) from PEM files, and writes the bundle that nginx needs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="PEM files, as the issuer publishes them")
        parser.add_argument("--bundle", type=Path, help="write all accepted authorities here (nginx: CLIENT_CA)")

    def handle(self, *args: Any, **options: Any) -> None:
        seed_issuers()
        for file in options["files"]:
            try:
                for row in load_issuer(file.read_bytes()):
                    self.stdout.write(f"{row.issuer.code}: {row.subject}")
            except (OSError, ValueError, DomainError) as error:
                raise CommandError(f"{file}: {error}") from error
        if options["bundle"]:
            options["bundle"].write_text(bundle())

"""`manage.py verify_book --town mundaka --year 2026 --kind E`: reads a book again and names what is wrong with it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.municipalities.scope import acting_for
from core.municipalities.services import all_towns, find_by_slug
from registry.constants import BookKind
from registry.models import Book
from registry.services import verify_book


class Command(BaseCommand):
    help = "Verifies the hash chain of a town's books; ends with 1 where something is not as it was written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--town", help="as in its address: mundaka; all of them without it")
        parser.add_argument("--year", type=int, help="all years without it")
        parser.add_argument("--kind", choices=BookKind.values, help="E for entries, S for exits; both without it")

    def handle(self, *args: Any, town: str | None, **options: Any) -> None:
        towns = [find_by_slug(town)] if town else list(all_towns())
        wanted = {name: options[name] for name in ("year", "kind") if options[name]}
        verified = flawed = 0
        for one in towns:
            if one is None:
                raise CommandError(f"There is no town called {town}: use the name in its address.")
            with acting_for(one.municipality.pk):
                for book in Book.objects.filter(**wanted).order_by("year", "kind"):
                    verified += 1
                    flawed += self._verify(book)
        if not verified:
            raise CommandError("There is no such book.")
        if flawed:
            raise CommandError(f"{flawed} flaws: keep the database as it is and compare with the published closures.")

    def _verify(self, book: Book) -> int:
        flaws = verify_book(book)
        for flaw in flaws:
            self.stderr.write(f"{book} {flaw}")
        state = f"{len(flaws)} flaws" if flaws else f"as it was written, {book.last_hash[:16]}…"
        self.stdout.write(f"{book}: {book.last_number} entries, {state}")
        return len(flaws)

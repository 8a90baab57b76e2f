"""`manage.py search_procedures`: what the catalogue's search answers, for measuring it and for trying words."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from procedures.services import rank

LANGUAGES = ("eu", "es", "en")


class Command(BaseCommand):
    help = "Answer each query with the codes of the procedures that fit, best first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("query", nargs="*", help="words to look for")
        parser.add_argument("--stdin", action="store_true", help="read lines of `language TAB query`")
        parser.add_argument("--json", action="store_true", help="one JSON list of codes a line")
        parser.add_argument("--language", choices=LANGUAGES, default="eu")

    def handle(self, *args: Any, query: list[str], stdin: bool, language: str, **options: Any) -> None:
        if not stdin:
            self._answer(" ".join(query), language, options["json"])
            return
        for line in sys.stdin:
            language, tab, words = line.rstrip("\r\n").partition("\t")
            if not tab or language not in LANGUAGES:
                raise CommandError(f"“{line.strip()}” is not `language TAB query`, with language eu, es or en")
            self._answer(words, language, options["json"])

    def _answer(self, query: str, language: str, as_json: bool) -> None:
        with override(language):
            codes = rank(query)
        self.stdout.write(json.dumps(codes) if as_json else " ".join(codes))

"""The catalogue's own words: nothing of it is there in one language only, and Basque is Basque."""

import csv
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

BASE = Path(settings.BASE_DIR)
SAME_ON_PURPOSE = set((BASE / "tests" / "quality" / "same_words.txt").read_text().splitlines())


def pairs() -> Iterator[tuple[str, str, str]]:
    """Where, in Spanish, in Basque: every text of procedures/data."""
    for path in sorted((BASE / "procedures" / "data").glob("*.csv")):
        with path.open(newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines, delimiter=";"), 2):
                for column in (name for name in row if name.endswith("_es")):
                    yield f"{path.name}:{number} {column}", row[column], row[f"{column[:-3]}_eu"]


def test_no_text_is_in_one_language_only() -> None:
    assert [where for where, es, eu in pairs() if bool(es.strip()) != bool(eu.strip())] == []


def test_only_a_hint_or_synonym_may_be_missing() -> None:
    assert [where for where, es, _ in pairs() if not es and "hint" not in where and "synonyms" not in where] == []


def test_basque_is_not_spanish() -> None:
    assert sorted({eu for _, es, eu in pairs() if eu and eu == es} - SAME_ON_PURPOSE) == []

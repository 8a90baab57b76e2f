"""The room's tables: words and rules that are data, one line a code."""

import csv
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

DATA = Path(__file__).parent / "data"
LANGUAGES = ("eu", "es", "en")
Line = dict[str, str]
T = TypeVar("T")


def table(name: str, make: Callable[[Line], T]) -> dict[str, T]:
    """Code → what `make` reads in each line of data/`name`.csv."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return {line["code"]: make(line) for line in csv.DictReader(lines, delimiter=";")}


def in_each(line: Line, prefix: str = "", languages: Collection[str] = LANGUAGES) -> Line:
    """{eu, es, en} of the columns that begin so; what is empty is left out."""
    return {key: text for key in languages if (text := line[f"{prefix}{key}"])}

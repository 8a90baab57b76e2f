"""Pairs of dates of which the last can't come before the first: `data/spans.csv`, both questions of one page.

Hours without a day are no such pair: what begins at 22:00 may end at 2:00.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "spans.csv"
Span = tuple[str, str]  # the names of the two questions


@cache
def _spans() -> Mapping[str, Sequence[Span]]:
    spans: dict[str, list[Span]] = defaultdict(list)
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            spans[row["procedure"]].append((row["first"], row["last"]))
    return dict(spans)


def spans_of(procedure: str) -> Sequence[Span]:
    """The pairs of a procedure's form; most have none."""
    return _spans().get(procedure, ())


def is_reversed(first: str, last: str) -> bool:
    """Whether the last comes before the first, as forms keep them; a day and a moment are compared by their day."""
    if len(first) != len(last):
        first, last = first[:10], last[:10]
    return datetime.fromisoformat(last) < datetime.fromisoformat(first)

"""What is most often missing in a request, ready to be asked for in both languages. The table is data."""

import csv
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "correction_reasons.csv"


@cache
def all_reasons() -> dict[str, dict[str, str]]:
    """Code → {eu, es, en}."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            line["code"]: {key: line[key] for key in ("eu", "es", "en")}
            for line in csv.DictReader(lines, delimiter=";")
        }

"""Words that are data: what is most often missing in a request, and where a file stands at each step."""

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def all_reasons() -> dict[str, dict[str, str]]:
    """Code → {eu, es, en}, for a request to correct."""
    return _table("correction_reasons")


@cache
def step_sentences() -> dict[str, dict[str, str]]:
    """Code of a step → {eu, es, en}: what a citizen reads while her file stands there."""
    return _table("step_sentences")


def _table(name: str) -> dict[str, dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return {
            line["code"]: {key: line[key] for key in ("eu", "es", "en")}
            for line in csv.DictReader(lines, delimiter=";")
        }

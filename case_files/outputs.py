"""What a file ends with: a licence, a certificate, a card. The table is data; its codes are those of the catalogue."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.documents.constants import DocumentKind

TABLE = Path(__file__).parent / "data" / "outputs.csv"


@dataclass(frozen=True)
class Output:
    code: str
    kind: DocumentKind
    names: Mapping[str, str]  # {eu, es, en}
    done: Mapping[str, str]  # {eu, es}: what it says once the effect is there; empty where the decision itself is it


@cache
def all_outputs() -> dict[str, Output]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            line["code"]: Output(
                code=line["code"],
                kind=DocumentKind(line["kind"]),
                names={key: line[f"name_{key}"] for key in ("eu", "es", "en")},
                done={key: line[f"done_{key}"] for key in ("eu", "es") if line[f"done_{key}"]},
            )
            for line in csv.DictReader(lines, delimiter=";")
        }


def output_of(code: str) -> Output | None:
    """What the code stands for; None for a plain resolution or answer, which the step names."""
    return all_outputs().get(code)

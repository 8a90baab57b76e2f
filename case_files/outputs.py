"""What a file ends with: a licence, a certificate, a card. The table is data; its codes are those of the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from core.documents.constants import DocumentKind

from .tables import Line, in_each, table


@dataclass(frozen=True)
class Output:
    code: str
    kind: DocumentKind
    names: Mapping[str, str]  # {eu, es, en}
    done: Mapping[str, str]  # {eu, es}: what it says once the effect is there; empty where the decision itself is it


@cache
def all_outputs() -> dict[str, Output]:
    return table("outputs", _output)


def _output(line: Line) -> Output:
    return Output(
        line["code"], DocumentKind(line["kind"]), in_each(line, "name_"), in_each(line, "done_", ("eu", "es"))
    )


def output_of(code: str) -> Output | None:
    """What the code stands for; None for a plain resolution or answer, which the step names."""
    return all_outputs().get(code)

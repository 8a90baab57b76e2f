"""The size budget: a module aims at 400 lines and a function at 40; at 600 and 60 it is over."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = {"tests", "migrations", "docs", "staticfiles"}
AIM = {"module": 400, "function": 40}
LIMIT = {"module": 600, "function": 60}


@dataclass(frozen=True)
class Piece:
    """A module or a function and its length in lines."""

    kind: str
    place: str
    lines: int

    def __str__(self) -> str:
        return f"{self.place}: {self.kind} of {self.lines} lines"


def over(limits: dict[str, int], top: Path = ROOT) -> list[Piece]:
    """The pieces longer than `limits`, longest first."""
    long = [piece for path in _modules(top) for piece in _pieces(path, top) if piece.lines > limits[piece.kind]]
    return sorted(long, key=lambda piece: -piece.lines)


def _modules(top: Path) -> Iterator[Path]:
    for path in sorted(top.rglob("*.py")):
        parts = path.relative_to(top).parts
        if not OUTSIDE.intersection(parts) and not any(part.startswith(".") for part in parts):
            yield path


def _pieces(path: Path, top: Path) -> Iterator[Piece]:
    text = path.read_text()
    place = str(path.relative_to(top))
    yield Piece("module", place, len(text.splitlines()))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield Piece("function", f"{place}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1)


if __name__ == "__main__":
    too_long = over(LIMIT)
    for piece in over(AIM):
        print(("OVER  " if piece in too_long else "long  ") + str(piece))
    sys.exit(1 if too_long else 0)

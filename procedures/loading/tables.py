"""Reads the tables and the small formats inside their cells; whatever is wrong names its file, row and column."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from procedures.constants import FieldType, TermUnit

T = TypeVar("T")
LANGUAGES = ("eu", "es", "en")
TERM = re.compile(r"(\d+) (month|months|working days|calendar days)")
FEE = re.compile(r"none|formula: .+|fixed: \d+\.\d\d EUR.*")


class CatalogueError(Exception):
    """A table says something that cannot be loaded."""


@dataclass(frozen=True)
class Row:
    """One row and where it stands, so that an error can say it."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def wrong(self, column: str, why: str) -> CatalogueError:
        return CatalogueError(f"{self.file}, row {self.line}, column {column}: {why}")

    def parse(self, column: str, parser: Callable[[str], T]) -> T:
        """The cell as `parser` reads it; its ValueError names the row and the column."""
        try:
            return parser(self.cells[column])
        except ValueError as error:
            raise self.wrong(column, str(error)) from None

    def in_languages(self, stem: str, languages: tuple[str, ...] = LANGUAGES, *, empty: bool = False) -> dict[str, str]:
        """`{eu, es, en}` of the columns `stem_eu` …; eu and es must be there unless `empty` is allowed."""
        texts = {language: self.cells[f"{stem}_{language}"] for language in languages}
        if not empty:
            for language in ("eu", "es"):
                if not texts[language]:
                    raise self.wrong(f"{stem}_{language}", "is empty")
        return texts


@dataclass(frozen=True)
class FieldSpec:
    name: str
    type: FieldType
    required: bool
    options: tuple[str, ...] = ()
    town_list: str = ""


def read(folder: Path, name: str) -> list[Row]:
    """Every row of `name`.csv, stripped."""
    file = f"{name}.csv"
    with (folder / file).open(encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened, delimiter=";", strict=True)
        rows = []
        for cells in reader:
            if None in cells or None in cells.values():
                raise CatalogueError(f"{file}, row {reader.line_num}: has more or fewer cells than the header")
            rows.append(Row(file, reader.line_num, {column: cell.strip() for column, cell in cells.items()}))
        return rows


def by_code(rows: list[Row], column: str = "code") -> dict[str, Row]:
    """The rows by their code, which must be there once."""
    found: dict[str, Row] = {}
    for row in rows:
        if not row[column] or row[column] in found:
            raise row.wrong(column, f"“{row[column]}” is empty or stands twice")
        found[row[column]] = row
    return found


def parse_term(text: str) -> tuple[int | None, str]:
    """`3 months` → (3, "months"); `immediate` → (None, "immediate")."""
    if text == "immediate":
        return None, TermUnit.IMMEDIATE
    if not (match := TERM.fullmatch(text)):
        raise ValueError(f"“{text}” is not a term: N months, N working days, N calendar days or immediate")
    unit = {"m": TermUnit.MONTHS, "w": TermUnit.WORKING_DAYS, "c": TermUnit.DAYS}[match[2][0]]
    return int(match[1]), unit


def parse_fee(text: str) -> str:
    if not FEE.fullmatch(text):
        raise ValueError(f"“{text}” is not a fee: none, fixed: N.NN EUR or formula: …")
    return text


def parse_fields(text: str) -> list[FieldSpec]:
    """`name:type:required|optional[:options]` joined by ` | `."""
    specs = [_parse_field(part) for part in text.split(" | ")]
    if len({spec.name for spec in specs}) < len(specs):
        raise ValueError("a field stands twice")
    return specs


def _parse_field(part: str) -> FieldSpec:
    name, kind, need, options = (*part.split(":", 3), "")[:4] if part.count(":") >= 2 else ("", "", "", "")
    if not name or kind not in FieldType.values or need not in ("required", "optional"):
        raise ValueError(f"“{part}” is not name:type:required|optional[:options]")
    choice = kind in (FieldType.SELECT, FieldType.MULTISELECT)
    if choice != bool(options) and (kind, options) != (FieldType.BOOLEAN, "yes"):  # a declaration: only yes will do
        raise ValueError(f"“{part}” " + ("has no options" if choice else "cannot have options"))
    if options.endswith("_list") and "," not in options:
        return FieldSpec(name, FieldType(kind), need == "required", town_list=options)
    return FieldSpec(name, FieldType(kind), need == "required", options=tuple(options.split(",")) if options else ())


def parse_documents(text: str) -> list[tuple[str, bool]]:
    """`id housing_title rep?` → code and whether it is required; `-` is none."""
    return [(code.rstrip("?"), not code.endswith("?")) for code in text.split() if code != "-"]


def parse_laws(text: str) -> list[tuple[str, str]]:
    """`LBRL:15-17 RPAD` → code and articles; `|` joins articles that a space would part."""
    pairs = [(*code.rstrip("?").split(":", 1), "")[:2] for code in text.split() if code != "-"]
    return [(code, articles.replace("|", ", ")) for code, articles in pairs]


def parse_steps(text: str) -> list[dict[str, Any]]:
    """`submit>amendment?>close` → [{code, optional}]; those of `a+b`, open at the same time, have a `group` too."""
    steps: list[dict[str, Any]] = []
    for place in text.split(">"):
        codes = place.split("+")
        group = {"group": codes[0].rstrip("?")} if len(codes) > 1 else {}
        steps += [{"code": code.rstrip("?"), "optional": code.endswith("?"), **group} for code in codes]
    return steps

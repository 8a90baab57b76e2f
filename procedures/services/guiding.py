"""What helps a citizen to choose and to fill in: explanations, questions "is this for you?", related procedures."""

import csv
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from procedures.catalogue import Form, in_language, names_of
from procedures.models import Procedure
from procedures.search_index import words_of
from procedures.steps import Step

DATA = Path(__file__).resolve().parents[1] / "data"
SECONDS_FRESH = 300
MOST_RELATED = 8
FORM = "form"  # the kind of help of every page of questions
FITS, NEXT, LACKS, USE = "fits", "next", "lacks", "use"

_related: tuple[float, dict[str, list[str]]] | None = None


@dataclass(frozen=True)
class Ending:
    """Where an answer leads: `kind` is fits, next, lacks or use; `why` is said of the last two, `code` is the other
    procedure's."""

    kind: str
    code: str = ""
    why: str = ""


@dataclass(frozen=True)
class Question:
    number: int
    text: str
    yes: Ending
    no: Ending

    @property
    def endings(self) -> tuple[Ending, Ending]:
        return self.yes, self.no


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


@cache
def _help() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["procedure"], row["kind"]): _texts(row, "text") for row in _rows("help")}


def _texts(row: dict[str, str], stem: str) -> dict[str, str]:
    return {language: row[f"{stem}_{language}"] for language in ("eu", "es", "en")}


def explain(code: str, step: Step | str) -> list[str]:
    """What the page is for and how its kinds of question are answered, in the reader's language: the procedure's own
    words where it has them, else those of every procedure."""
    slug = step if isinstance(step, str) else step.slug
    kinds = [f"step:{FORM if slug.isdigit() else slug}"]
    if isinstance(step, Step):
        kinds += dict.fromkeys(f"field:{field.type}" for field in step.fields)
    found = (_help().get((code, kind)) or _help().get(("", kind)) for kind in kinds)
    return [in_language(texts) for texts in found if texts]


@cache
def _questions() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows("eligibility"):
        found[row["procedure"]].append(row)
    return {code: sorted(rows, key=lambda row: int(row["number"])) for code, rows in found.items()}


def has_questions(code: str) -> bool:
    """Whether "is this for you?" has anything to ask about the procedure."""
    return code in _questions()


def questions_of(code: str) -> list[Question]:
    """The questions by which one sees whether a procedure is the right one, in the reader's language."""
    return [
        Question(
            int(row["number"]), in_language(_texts(row, "question")), _ending(row["yes"], row), _ending(row["no"], row)
        )
        for row in _questions().get(code, [])
    ]


def _ending(target: str, row: dict[str, str]) -> Ending:
    kind, _colon, code = target.partition(":")
    return Ending(kind, code, in_language(_texts(row, "why")) if kind in (LACKS, USE) else "")


@dataclass(frozen=True)
class Elsewhere:
    """Another administration that does what people come for: what is said of it, its name, and its page."""

    text: str
    name: str
    url: str


@cache
def _elsewhere() -> dict[str, dict[str, str]]:
    return {row["procedure"]: row for row in _rows("elsewhere")}


def elsewhere_of(code: str) -> Elsewhere | None:
    """Who does it, in the reader's language, where the town hall only forwards or guides; else None."""
    row = _elsewhere().get(code)
    return Elsewhere(in_language(_texts(row, "text")), in_language(_texts(row, "name")), row["url"]) if row else None


@cache
def _chosen() -> dict[str, list[str]]:
    return {row["procedure"]: row["related"].split() for row in _rows("related")}


def forget_related() -> None:
    """Work the relations out again at the next question (after a change in this process, and between tests)."""
    global _related
    _related = None


def related_to(code: str) -> list[str]:
    """Codes of the procedures that go with this one, the nearest first: those that somebody chose, then by the moments
    of life that both belong to and the words that both are found by, and at last the family.

    Two statements every five minutes.
    """
    global _related
    if _related is None or not _related[1] or time.monotonic() - _related[0] > SECONDS_FRESH:
        _related = (time.monotonic(), _relate())
    known = _related[1]
    chosen = [one for one in _chosen().get(code, []) if one in known]
    return list(dict.fromkeys([*chosen, *known.get(code, [])]))[:MOST_RELATED]


def _relate() -> dict[str, list[str]]:
    marks = {row.code: _marks(row) for row in Procedure.objects.prefetch_related("life_events").filter(discreet=False)}
    holders: dict[str, list[str]] = defaultdict(list)
    for code, own in marks.items():
        for mark in own:
            holders[mark].append(code)
    found = {}
    for code, own in marks.items():
        points: Counter[str] = Counter()
        for mark in own:
            # what few share says more; a word that a tenth of them share says nothing
            if 1 < len(holders[mark]) <= max(len(marks) // 10, 2):
                for other in holders[mark]:
                    points[other] += 100 // len(holders[mark])
        del points[code]
        family = [other for other in marks if other != code and other.split("-")[0] == code.split("-")[0]]
        found[code] = list(dict.fromkeys([*(other for other, _points in points.most_common(MOST_RELATED)), *family]))
    return found


def _marks(row: Procedure) -> set[str]:
    """The moments of life, and the stems of the words of its names and search words."""
    events = {f"event:{event.code}" for event in row.life_events.all() if event.code != "any"}
    return events | {word[:6] for word in _long_words([*names_of(row).values(), row.keywords])}


def _long_words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in words_of(text) if len(word) > 4}


def to_have_at_hand(form: Form) -> list[tuple[str, bool]]:
    """The questions of the form in the reader's language, and whether each must be answered; those that only another
    answer brings are left out."""
    return [(in_language(field.labels), field.required) for field in form.fields if not field.condition]

"""Case files for the tests, opened by the verb that the citizens' submission uses."""

import csv
from pathlib import Path
from typing import Any

from case_files.constants import Capacity
from case_files.models import CaseFile, CaseParty, CaseTask
from case_files.services import OpenedProcedure, OpenedStep, open_case_file
from core.audit.services import Actor
from tests.cast import Cast

TEMPLATES = Path(__file__).parent / "workflows.csv"


def templates() -> dict[str, list[OpenedStep]]:
    with TEMPLATES.open(encoding="utf-8", newline="") as lines:
        return {line["template"]: steps(line["steps"]) for line in csv.DictReader(lines, delimiter=";")}


def steps(text: str) -> list[OpenedStep]:
    codes = text.split(">")
    return [
        OpenedStep(code.rstrip("?"), {"eu": code, "es": code, "en": code}, optional=code.endswith("?"))
        for code in codes
    ]


def procedure(template: str = "LICE", **more: Any) -> OpenedProcedure:
    given = {
        "code": "URB-002",
        "title_eu": "Obra txikiko lizentzia",
        "title_es": "Licencia de obra menor",
        "title_en": "Minor works licence",
        "steps": templates()[template],
        "term_value": 1,
        "term_unit": "months",
        "silence": "positive",
        "handles": ("URB", "urban"),
    }
    return OpenedProcedure(**(given | more))


def party(user: Any, **more: Any) -> CaseParty:
    given = {
        "person": user.person,
        "capacity": Capacity.APPLICANT,
        "name": str(user.person),
        "identifier_kind": "nif",
        "identifier": "12345678Z",
        "email": user.email,
        "language": "eu",
    }
    return CaseParty(**(given | more))


def opened(cast: Cast, template: str = "LICE", *, actor: Actor | None = None, **more: Any) -> CaseFile:
    """A file of Ane's in Mundaka; `more` goes to the procedure."""
    return open_case_file(
        procedure=procedure(template, **more),
        data={"works_description": "Sukaldea berritzea"},
        parties=[party(cast.ane)],
        summary="Sukaldea berritzea",
        language="eu",
        actor=actor or cast.citizen(cast.ane),
    )


def open_task(case_file: CaseFile) -> CaseTask:
    return CaseTask.objects.select_related("case_file").get(case_file=case_file, state="open")

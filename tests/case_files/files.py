"""Case files for the tests, opened by the verb that the citizens' submission uses."""

import csv
from pathlib import Path
from typing import Any

from case_files.constants import ActionForm, Capacity, Outcome
from case_files.models import CaseFile, CaseParty, CaseTask
from case_files.services import (
    OpenedProcedure,
    OpenedStep,
    complete_task,
    note_fee,
    open_case_file,
    propose,
    resolve,
    what_lacks,
    write_report,
)
from case_files.steps import rule_of
from core.audit.services import Actor
from core.notifications.constants import CLOSED
from core.notifications.models import Notification
from core.notifications.services import make_available, open_notification
from procedures.loading.tables import parse_steps
from tests.cast import Cast

ITEM = [{"text_eu": "Aurrekontua falta da", "text_es": "Falta el presupuesto"}]
TEXT = {"eu": "Ebazten da.", "es": "Se resuelve."}
TEMPLATES = Path(__file__).parents[2] / "procedures/data/workflows.csv"


def templates() -> dict[str, list[OpenedStep]]:
    with TEMPLATES.open(encoding="utf-8", newline="") as lines:
        return {line["template"]: steps(line["steps"]) for line in csv.DictReader(lines, delimiter=";")}


def steps(text: str) -> list[OpenedStep]:
    parsed: list[dict[str, Any]] = parse_steps(text)
    return [OpenedStep(names=dict.fromkeys(("eu", "es", "en"), step["code"]), **step) for step in parsed]


def procedure(template: str = "LICE", **more: Any) -> OpenedProcedure:
    given: dict[str, Any] = {
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
    """What is to be done, the first where several are open at once."""
    return open_tasks(case_file)[0]


def open_tasks(case_file: CaseFile) -> list[CaseTask]:
    rows = CaseTask.objects.filter(case_file=case_file, state="open").select_related("case_file")
    return list(rows.order_by("pk"))


def do(task: CaseTask, actor: Actor, outcome: Outcome = Outcome.GRANTED, **more: Any) -> None:
    """Do a clerk's step, whatever it asks for."""
    form = rule_of(task.step).form
    if form == ActionForm.REPORT:
        write_report(task=task, text="Txostena", actor=actor, **more)
    elif form == ActionForm.PROPOSAL:
        propose(task=task, outcome=outcome, text="Proposamena", actor=actor, **more)
    elif form == ActionForm.FEE:
        note_fee(task=task, amount_cents=3000, actor=actor, **more)
    elif rule_of(task.step).decides:
        resolve(case_file=task.case_file, outcome=outcome, text=TEXT, actor=actor, **more)
    else:
        if what_lacks(task.case_file, task.step):
            more |= {"nothing_changes": True, "note": "Beste fitxa batean aldatu da"}
        complete_task(task=task, actor=actor, **more)


def walk_to(case_file: CaseFile, step: str, actor: Actor) -> CaseTask:
    """Do every step before this one."""
    while (task := open_task(case_file)).step != step:
        do(task, actor)
    return task


def open_notifications(case_file: CaseFile, citizen: Actor) -> int:
    """The citizen opens everything of this file that waits for her."""
    waiting = Notification.objects.filter(reference=case_file.reference, legal=True).exclude(state__in=CLOSED)
    for notification in waiting:
        make_available(notification)  # a worker does it once the document is sealed
        open_notification(notification=notification, actor=citizen)
    return len(waiting)

"""A case file on the clerks' site: one page in five sections, and the page of each of its buttons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from case_files.actions import Action, Here, available
from case_files.constants import State, StepState, TaskState
from case_files.history import in_reader_language, said_text, sentence
from case_files.models import CaseDocument, CaseEvent, CaseFile, CaseTask
from case_files.rights import get_case_file_for
from case_files.services import (
    ASKERS,
    Stop,
    awaited_correction,
    desk_links,
    draw,
    joinings_of,
    linked,
    may_do,
    visits_of,
)
from case_files.services.base import all_parties, applicant_of, parties_of
from case_files.services.looking_up import looked_up
from case_files.services.workflow import CORRECTION, front
from case_files.steps import rule_of
from core.audit.services import record_all, row
from core.municipalities.services import DomainError, terms
from core.notifications.models import Notification
from core.signing.services import requests_of, signatures_of
from registry.models import Entry

from .inbox import days_left
from .pages import staff_page

SECTIONS = {
    "task": gettext_lazy("Task"),
    "documents": gettext_lazy("Documents"),
    "communications": gettext_lazy("Communications"),
    "history": gettext_lazy("History"),
    "data": gettext_lazy("Data"),
}
MESSAGES = ("message_sent", "message_received", "documents_received", "correction_received")
READ = "case_files_read"  # in the session: reference → day


def case_file(request: Any, reference: str) -> HttpResponse:
    """The file; `section` chooses what the middle shows."""
    file = get_case_file_for(request.actor, reference)
    _note_reading(request, file)
    section = request.GET.get("section", "task")
    if section not in SECTIONS:
        raise Http404
    here = here_of(request, file)
    buttons = available(here)
    primary = next((action for action in buttons if action.is_step), None)
    context = {
        **bar(file, here),
        "title": f"{file.reference} · {file.title}",
        "section": section,
        "sections": SECTIONS.items(),
        "primary": primary,
        "links": desk_links(file, request.actor),
        "related": linked(file, request.actor),
        "joinings": joinings_of(file).select_related("entry__book"),
        "others": [action for action in buttons if action is not primary],
        **SECTION_READS[section](file, here),
    }
    if primary and section == "task":
        context["form"] = form_of(primary, here)
    return staff_page(request, "case_files/file.html", context)


def act(request: Any, reference: str, code: str) -> HttpResponse:
    """One button: what it means in law, its form, and on POST its verb."""
    file = get_case_file_for(request.actor, reference)
    here = here_of(request, file)
    action = next((one for one in available(here) if one.code == code), None)
    if action is None:
        if request.method != "POST":
            raise Http404
        messages.error(request, _("This can't be done any more: the case file has changed. Look at what is new."))
        return HttpResponseRedirect(_address(file))
    form = form_of(action, here, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            action.run(here, form)
        except DomainError as error:
            _show(form, error, file)
        else:
            messages.success(request, str(action.done))
            return HttpResponseRedirect(_address(file))
    links = desk_links(file, request.actor) if action.is_step else []
    context = {**bar(file, here), "title": action.label, "action": action, "form": form, "links": links}
    return staff_page(request, "case_files/action.html", context)


def here_of(request: Any, file: CaseFile) -> Here:
    """The file's open tasks, the one that the page is about, and whether a step back is left."""
    rows = list(CaseTask.objects.filter(case_file=file).select_related("assignee", "unit").order_by("pk"))
    order = {step["code"]: at for at, step in enumerate(file.workflow)}
    tasks = [row for row in rows if row.state == TaskState.OPEN and row.step != CORRECTION]
    tasks.sort(key=lambda row: order.get(row.step, len(order)))
    for task in tasks:
        task.case_file = file
    asked = request.POST.get("task") or request.GET.get("task") or ""
    back = any(row.state == TaskState.DONE and row.step != CORRECTION for row in rows)
    return Here(file, _chosen(tasks, asked, request.actor), request.actor, tuple(tasks), back, awaited_correction(file))


def _chosen(tasks: list[CaseTask], asked: str, actor: Any) -> CaseTask | None:
    """Of several open tasks the one that is asked for, else the clerk's own, else one that she may do."""

    def fits(task: CaseTask) -> tuple[bool, bool, bool]:
        return str(task.pk) == asked, task.assignee_id == actor.user_id, may_do(actor, task)

    return max(tasks, key=fits, default=None)


def form_of(action: Action, here: Here, *data: Any) -> Any:
    return action.form(*data, case_file=here.case_file, task=here.task)


def bar(file: CaseFile, here: Here) -> dict[str, Any]:
    """What stands around every section: who, where it stands, until when."""
    return {
        "file": file,
        "task": here.task,
        "steps": (steps := [_step(step, file) for step in file.workflow]),
        "drawing": draw([_stop(line, step) for line, step in zip(steps, file.workflow, strict=True)]),
        "tasks": [{"task": task, "name": _name_of(task.step, file)} for task in here.tasks],
        "step": _name(file, here),
        "roles": [role.label for role in here.rule.roles] if here.task else [],
        "applicant": applicant_of(file),
        "parties": all_parties(file),
        "visits": visits_of(file),
        "left": days_left(file.due_on, file.municipality_id or 0) if here.is_live and not file.outcome else None,
        "correction": here.correction if file.state == State.SUSPENDED else None,
    }


def _step(step: dict[str, Any], file: CaseFile) -> dict[str, Any]:
    states = {
        StepState.DONE: _("Done"),
        StepState.SKIPPED: _("Not needed"),
        StepState.CHOSEN: _("To do"),
        StepState.TO_DO: _("If needed") if step["optional"] else _("To do"),
    }
    current = step["code"] == file.step or (bool(step.get("group")) and step in front(file))
    return {
        "name": in_reader_language(step["names"]),
        "current": current,
        "state": step["state"] or "todo",
        "words": _("Now") if current else states[StepState(step["state"])],
        "quiet": rule_of(step["code"]).kind == "system",
    }


def _stop(line: dict[str, Any], step: dict[str, Any]) -> Stop:
    """A step for the drawing; what the system does by itself says nothing but its name."""
    state = "current" if line["current"] else str(line["state"])
    drawn = state if state in ("current", "done", "skipped") else "next"
    return Stop(step["code"], line["name"], drawn, line["words"], bool(step["optional"]), step.get("group") or "")


def _name(file: CaseFile, here: Here) -> str:
    return _name_of(here.task.step if here.task else file.step, file)


def _name_of(code: str, file: CaseFile) -> str:
    return next((in_reader_language(step["names"]) for step in file.workflow if step["code"] == code), "")


def _note_reading(request: Any, file: CaseFile) -> None:
    """Whoever's data they are may see that a clerk looked: once a session, file and day."""
    today = terms.local_today().isoformat()
    read = request.session.get(READ, {})
    if read.get(file.reference) == today:
        return
    request.session[READ] = {ref: day for ref, day in read.items() if day == today} | {file.reference: today}
    persons = {party.person_id for party in parties_of(file) if party.person_id}
    subjects: list[int | None] = [*sorted(persons)] or [None]
    record_all(row("case_files.read", actor=request.actor, target=file, subject=subject) for subject in subjects)


def _task_section(file: CaseFile, here: Here) -> dict[str, Any]:
    return {"lookups": looked_up(file) if file.form.get("looked_up") else []}


def _documents(file: CaseFile, here: Here) -> dict[str, Any]:
    rows = CaseDocument.objects.filter(case_file=file).select_related("document").order_by("position", "pk")
    return {
        "documents": list(rows.prefetch_related("document__versions")),
        "signings": requests_of(file.reference),
        "signatures": signatures_of(file.reference),
        "may_ask": bool(here.actor.roles.intersection(ASKERS)),
    }


def _communications(file: CaseFile, here: Here) -> dict[str, Any]:
    words = CaseEvent.objects.filter(case_file=file, code__in=MESSAGES).select_related("document", "entry")
    entries = Entry.objects.filter(case_reference=file.reference).select_related("book").order_by("at")
    told = Notification.objects.filter(reference=file.reference).select_related("document").order_by("created_at")
    return {"events": _told(words), "entries": list(entries), "notifications": list(told)}


def _history(file: CaseFile, here: Here) -> dict[str, Any]:
    rows = CaseEvent.objects.filter(case_file=file).select_related("document", "entry", "notification")
    return {"events": _told(rows)}


def _told(rows: Any) -> list[dict[str, Any]]:
    return [{"event": event, "words": sentence(event), "text": said_text(event)} for event in reversed(list(rows))]


def _data(file: CaseFile, here: Here) -> dict[str, Any]:
    return {"answers": answers_of(file)}


def answers_of(file: CaseFile) -> list[tuple[str, str]]:
    """Question and answer as the form showed them; without them, the bare names of what was filed."""
    lines = file.form.get("lines") or [{"label": name, "value": value} for name, value in file.data.items()]
    return [(_shown(line["label"]), _shown(line["value"])) for line in lines]


def _shown(value: Any) -> str:
    """Words, or both languages' words, or the bare answer."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return in_reader_language(value) if {"eu", "es"} <= value.keys() else ", ".join(map(str, value.values()))
    if isinstance(value, list):
        return "; ".join(_shown(part) for part in value)
    return "" if value is None else str(value)


def _show(form: Any, error: DomainError, file: CaseFile) -> None:
    """The rule's message in the form; a page that was old takes the new version, so that a second press is meant."""
    form.add_error(error.field if error.field in form.fields else None, str(error.message))
    if error.code == "changed":
        form.data = form.data.copy()
        form.data["seen"] = CaseFile.objects.values_list("version", flat=True).get(pk=file.pk)


def _address(file: CaseFile) -> str:
    return reverse("admin:case_files_staff:file", args=[file.reference])


SECTION_READS = {
    "task": _task_section,
    "documents": _documents,
    "communications": _communications,
    "history": _history,
    "data": _data,
}

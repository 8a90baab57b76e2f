"""The inbox: which tasks wait, for whom, and for how long. Everything that was chosen is in the address."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from case_files.bulk import units_of
from case_files.history import in_reader_language
from case_files.models import CaseTask
from case_files.querysets import (
    ALL,
    MINE,
    QUEUES,
    UNASSIGNED,
    UNIT,
    colleagues,
    due,
    in_queue,
    open_tasks,
    queue_counts,
)
from case_files.services import find_case_files, stands_in_for
from case_files.services.workflow import CORRECTION, find
from core.identity.rights import require
from core.municipalities.services import terms

from .pages import staff_page

PAGE = 25
FEW_DAYS = 3
NAMES = {
    MINE: gettext_lazy("Mine"),
    UNIT: gettext_lazy("My unit's"),
    UNASSIGNED: gettext_lazy("Nobody's"),
    ALL: gettext_lazy("Everybody's"),
}
OWN_TASKS = {CORRECTION: gettext_lazy("Register what the citizen delivers on paper")}
WHEN = {
    "": gettext_lazy("Any day"),
    "overdue": gettext_lazy("Late"),
    "week": gettext_lazy("Due in seven days"),
    "today": gettext_lazy("Arrived today"),
}


def inbox(request: Any) -> HttpResponse:
    """Filters: `queue` and `when`, or `q`, which looks everywhere; without any, her queue, or all where it is empty."""
    require(request.actor)
    stands_in = stands_in_for(request.actor)
    counts = queue_counts(request.actor, stands_in)
    today, query = terms.local_today(), request.GET.get("q", "").strip()[:80]
    queue, when = ("", "") if query else (request.GET.get("queue", ""), request.GET.get("when", ""))
    if queue not in QUEUES:
        queue = MINE if counts[MINE] and not query else ALL
    when = when if when in WHEN else ""
    tasks = open_tasks(request.actor).filter(in_queue(queue, request.actor, stands_in), due(when, today))
    if query:
        tasks = tasks.filter(case_file__in=find_case_files(query, actor=request.actor))
    page = Paginator(tasks, PAGE).get_page(request.GET.get("page"))
    kept = {key: value for key, value in (("queue", queue), ("when", when), ("q", query)) if value}
    context = {
        "title": _("Tasks"),
        "page": page,
        "rows": [line_of(task) for task in page],
        "queues": [(code, NAMES[code], counts[code], urlencode({"queue": code, "when": when})) for code in QUEUES],
        "whens": WHEN.items(),
        "queue": queue,
        "when": when,
        "only": WHEN[when] if when else "",
        "q": query,
        "kept": urlencode(kept),
        "colleagues": colleagues(town := request.actor.municipality_id or 0),
        "units": units_of(town),
        "closed": find_case_files(query, actor=request.actor).exclude(pk__in=[task.case_file_id for task in page])[:10]
        if query
        else (),
    }
    return staff_page(request, "case_files/inbox.html", context)


def line_of(task: CaseTask) -> dict[str, Any]:
    """A task as the inbox shows it."""
    step = None if task.step == CORRECTION else find(task.case_file, task.step)
    names = [party.name for party in getattr(task.case_file, "applicants", ())]
    return {
        "task": task,
        "step": in_reader_language(step["names"]) if step else OWN_TASKS.get(task.step, task.step),
        "who": names[0] if names else "",
        "left": days_left(task.due_on, task.municipality_id or 0),
    }


def days_left(day: Any, town: int) -> dict[str, str] | None:
    """Working days that are left, in words, and the colour that says the same."""
    if day is None:
        return None
    left = terms.working_days_between(terms.local_today(), day, towns=(town,))
    if left < 0:
        words = ngettext("%(n)s working day late", "%(n)s working days late", -left) % {"n": -left}
        return {"words": words, "colour": "err"}
    if left == 0:
        return {"words": _("Today is the last day"), "colour": "err"}
    words = ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}
    return {"words": words, "colour": "err" if left < FEW_DAYS else "ok" if left > FEW_DAYS * 2 else "warn"}

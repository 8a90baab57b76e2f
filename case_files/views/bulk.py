"""Many tasks at once, in three pages: what was ticked, what will be done to which of them, and what was done."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from case_files.bulk import ACTS, BulkAct, Choice, Target, Words, choice_of, refused, sorted_out
from case_files.models import CaseFile, CaseTask
from case_files.querysets import open_tasks
from case_files.rights import get_task_for, readable_by
from core.documents.services import allow
from core.identity.rights import require
from core.municipalities.middleware import no_door
from core.municipalities.scope import acting_for
from core.municipalities.services import DomainError, number_asked

from .inbox import line_of
from .pages import staff_page

MOST = 100  # of one list
RESULTS, KEPT = "case_files_bulk", 5  # in the session: key → what came of it
DAY = 24 * 3600


@no_door
def bulk(request: Any) -> HttpResponse:
    """Nothing is done until it is confirmed; then each file in a transaction of its own, behind a door of its own."""
    if request.method != "POST":
        return HttpResponseRedirect(_inbox(request))
    act, ids, town = ACTS.get(request.POST.get("act", "")), _ticked(request), request.town.municipality.pk
    with acting_for(town):
        require(request.actor)
        if act is None or not ids:
            messages.error(request, _("Tick at least one task."))
            return HttpResponseRedirect(_inbox(request))
        target = Target(act, request.POST, town)
        is_chosen = target.is_valid()
        words = Words(act, request.POST if is_chosen and "confirm" in request.POST else None)
        choice = choice_of(request.actor, target.cleaned_data if is_chosen else {})
        if not words.is_bound or (act.takes_words and not words.is_valid()):
            return _plan(request, act, ids, target, words, choice)
    return _confirmed(request, act, ids, choice, words.cleaned_data["text"].strip() if act.takes_words else "")


def _ticked(request: Any) -> list[int]:
    """The tasks that were ticked, or all of the page."""
    name = "on-page" if "all" in request.POST else "task"
    return list(dict.fromkeys(filter(None, map(number_asked, request.POST.getlist(name)))))[:MOST]


def _plan(request: Any, act: BulkAct, ids: list[int], target: Target, words: Words, choice: Choice) -> HttpResponse:
    """What will be done to which tasks, and to which it can't be done and why."""
    found = list(open_tasks(choice.actor).filter(pk__in=ids))
    able, why = sorted_out(act, found, choice)
    context = {
        "title": act.label,
        "act": act,
        "target": target,
        "is_chosen": target.is_valid(),
        "choice": choice,
        "form": words if target.is_valid() else target,
        "rows": [line_of(task) for task in able],
        "left_out": [line_of(task) | {"why": why[task.pk]} for task in found if task.pk in why],
        "gone": len(ids) - len(found),
        "ids": ids,
        "key": request.POST.get("key") or secrets.token_hex(8),
        "kept": request.POST.get("kept", ""),
        "inbox": _inbox(request),
    }
    return staff_page(request, "case_files/bulk.html", context)


def _confirmed(request: Any, act: BulkAct, ids: list[int], choice: Choice, text: str) -> HttpResponse:
    """Do it, once for the key that the page carried."""
    key = request.POST.get("key", "")[:32]
    result = reverse("admin:case_files_staff:bulk_result", args=[key or "0"])
    if not key or not allow(f"bulk:{choice.actor.user_id}:{key}", limit=1, seconds=DAY):
        return HttpResponseRedirect(result)
    seen = {pk: number_asked(request.POST.get(f"seen-{pk}", "")) for pk in ids}
    own: dict[int, int] = {}  # file → the version that this very list has brought it to
    lines = [_one(act, pk, choice, text, seen[pk], own) for pk in ids]
    kept = dict(list(request.session.get(RESULTS, {}).items())[1 - KEPT :])
    done = {"act": act.code, "lines": lines, "kept": request.POST.get("kept", "")}
    request.session[RESULTS] = kept | {key: done}
    return HttpResponseRedirect(result)


def _one(act: BulkAct, pk: int, choice: Choice, text: str, seen: int | None, own: dict[int, int]) -> dict[str, Any]:
    """One task behind its own door: what fails there is undone there, and stops no other."""
    line = {"task": pk, "reference": "", "why": ""}
    try:
        with acting_for(choice.actor.municipality_id or 0):
            task: CaseTask = get_task_for(choice.actor, pk)
            line["reference"] = task.case_file.reference
            if why := refused(act, task, choice):
                raise DomainError(why)
            act.run(task, choice, text, own.get(task.case_file_id, seen))
            own[task.case_file_id] = CaseFile.objects.values_list("version", flat=True).get(pk=task.case_file_id)
    except DomainError as error:
        line["why"] = str(error.message)
    except PermissionDenied:
        line["why"] = _("Your role does not let you do this.")
    except Http404:
        line["why"] = _("It is not there any more, or it is not yours to open.")
    return line


def bulk_result(request: Any, key: str) -> HttpResponse:
    """What was done to which tasks; read again as often as wanted, and nothing is done twice."""
    require(request.actor)
    result = request.session.get(RESULTS, {}).get(key)
    if result is None:
        messages.warning(request, _("This was sent already. Look in the list at what has been done."))
        return HttpResponseRedirect(reverse("admin:case_files_staff:inbox"))
    tasks = CaseTask.objects.filter(readable_by(request.actor, "case_file__"))
    rows = tasks.filter(pk__in=[line["task"] for line in result["lines"]]).select_related("case_file")
    names = {task.pk: line_of(task) for task in rows}
    lines = [line | names.get(line["task"], {}) for line in result["lines"]]
    done, left = [line for line in lines if not line["why"]], [line for line in lines if line["why"]]
    said = ngettext("%(n)s done", "%(n)s done", len(done)) % {"n": len(done)}
    if left:
        said += " · " + ngettext("%(n)s not done", "%(n)s not done", len(left)) % {"n": len(left)}
    context = {
        "title": f"{ACTS[result['act']].label}: {said}",
        "act": ACTS[result["act"]],
        "said": said,
        "done": done,
        "left": left,
        "inbox": _inbox(request, result["kept"]),
    }
    return staff_page(request, "case_files/bulk_result.html", context)


def _inbox(request: Any, kept: str | None = None) -> str:
    """The list as it was."""
    plain = reverse("admin:case_files_staff:inbox")
    address = f"{plain}?{request.POST.get('kept', '') if kept is None else kept}"
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()) else plain

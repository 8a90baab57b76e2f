"""How a request stands, in words that a citizen uses: a tracker of four stops, one sentence, and its history."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext

from case_files.constants import Outcome, State
from case_files.models import CaseEvent, CaseFile


@dataclass(frozen=True)
class Stop:
    label: str
    done: bool = False
    current: bool = False


def tracker(case_file: CaseFile) -> list[Stop]:
    """Filed → being dealt with → (your turn) → answered."""
    over = case_file.state in (State.RESOLVED, State.CLOSED, State.WITHDRAWN)
    waits = case_file.state == State.SUSPENDED
    ending = Outcome(case_file.outcome).label if case_file.outcome else gettext("Answer")
    middle = [Stop(gettext("Being dealt with"), done=over or waits, current=not over and not waits)]
    if waits:
        middle.append(Stop(gettext("Your turn"), current=True))
    return [Stop(gettext("Filed"), done=True), *middle, Stop(str(ending), done=over)]


def tag(case_file: CaseFile) -> tuple[str, str]:
    """A word and its colour: ok, warn or info."""
    if case_file.state == State.SUSPENDED:
        return gettext("Your turn"), "warn"
    if case_file.outcome:
        granted = case_file.outcome in (Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.ANSWERED)
        return str(Outcome(case_file.outcome).label), "ok" if granted else "info"
    return str(State(case_file.state).label), "info"


def sentence(case_file: CaseFile) -> str:
    """One sentence that says what is going on and until when."""
    if case_file.state == State.SUSPENDED:
        return gettext("The clock has stopped until you answer what the town hall asks you for.")
    if case_file.state == State.WITHDRAWN:
        return gettext("You withdrew this request.")
    if case_file.resolved_at:
        day = date_format(localtime(case_file.resolved_at), "DATE_FORMAT")
        return gettext("It was answered on %(day)s.") % {"day": day}
    if case_file.state == State.CLOSED:
        return gettext("It is finished.")
    if case_file.due_on:
        day = date_format(case_file.due_on, "DATE_FORMAT")
        return gettext("The town hall is dealing with it. It has until %(day)s to answer.") % {"day": day}
    return gettext("The town hall is dealing with it.")


def history(events: list[CaseEvent]) -> list[dict[str, Any]]:
    """What happened, newest first."""
    return [{"event": event, "words": _words(event)} for event in reversed(events)]


def _words(event: CaseEvent) -> str:
    known = {
        "opened": gettext("The case file was opened"),
        "registered": gettext("Your request was entered in the registry"),
        "step_done": gettext("Done: %(step)s"),
        "correction_asked": gettext("The town hall asked you to complete your request"),
        "correction_received": gettext("You completed your request"),
        "resolved": gettext("The town hall decided"),
        "notified": gettext("The decision was put at your disposal"),
        "document_added": gettext("A document was added"),
        "withdrawn": gettext("You withdrew the request"),
        "closed": gettext("The case file was closed"),
    }
    names = event.params.get("names") or {}
    step = names.get(get_language() or "eu") or names.get("eu") or ""
    return known.get(event.code, event.code.replace("_", " ")) % {"step": step}

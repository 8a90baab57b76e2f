"""How a request looks in a list: its town, its steps, one plain sentence and a coloured word."""

from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from case_files.constants import Outcome, State
from case_files.models import CaseFile
from case_files.services import is_outcome_shown, plain_status, tracker
from core.municipalities.models import Municipality
from core.municipalities.services import find_town
from core.notifications.constants import Channel, NotificationState
from core.notifications.models import Notification

GOOD = (Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.ANSWERED)


def town_of(row: Any) -> Municipality:
    """The town that a row belongs to, from memory."""
    return find_town(row.municipality_id).municipality


def tag(case_file: CaseFile) -> tuple[str, str]:
    """A word and its colour (ok, warn, info); the outcome only once the citizen has been told."""
    if case_file.outcome and is_outcome_shown(case_file):
        return str(Outcome(case_file.outcome).label), "ok" if case_file.outcome in GOOD else "info"
    if case_file.state == State.SUSPENDED:
        return str(State.SUSPENDED.label), "warn"
    over = case_file.state in (State.CLOSED, State.WITHDRAWN)
    return str(State(case_file.state).label if over else State.OPEN.label), "info"


def line(case_file: CaseFile) -> dict[str, Any]:
    """What a list and a page show of a request."""
    word, colour = tag(case_file)
    return {
        "case_file": case_file,
        "file_town": town_of(case_file),
        "tracker": tracker(case_file),
        "tag": word,
        "tag_colour": colour,
        "sentence": plain_status(case_file),
        "open": case_file.state in (State.OPEN, State.SUSPENDED),
    }


def told(notification: Notification) -> str:
    """What became of a legal notification, in one sentence; empty while it waits, and for a courtesy notice."""
    at = notification.closed_at
    if not notification.legal or at is None:
        return ""
    if notification.state == NotificationState.EXPIRED:
        day = formats.date_format(timezone.localtime(at), "DATE_FORMAT")
        return _("It was not opened by %(day)s, so in law it counts as rejected. You can still read it.") % {"day": day}
    sentences = {
        NotificationState.ACCESSED: _("You opened it: %(moment)s. You count as notified since then."),
        NotificationState.REJECTED: _("It was rejected: %(moment)s. In law it counts as if you had read it."),
        NotificationState.PUBLISHED: _("It was published in the official gazette: %(moment)s."),
    }
    sentence = sentences[NotificationState(notification.state)]
    if notification.state == NotificationState.ACCESSED and notification.evidence.get("channel") == Channel.PAPER:
        sentence = _("It was delivered to you on paper: %(moment)s. You count as notified since then.")
    return sentence % {"moment": formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")}

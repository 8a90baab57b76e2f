"""The sentences of a file's history and of its audit rows: code → what happened, in the reader's language."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core.audit.models import AuditRow

from .models import CaseEvent

Params = dict[str, Any]


def in_reader_language(names: dict[str, str] | None) -> str:
    """A name kept as {eu, es, en}, in the reader's language."""
    names = names or {}
    return names.get((get_language() or "eu")[:2]) or names.get("es") or next(iter(names.values()), "")


def _named(message: Any) -> Callable[[Params], str]:
    return lambda params: str(message) % {"name": in_reader_language(params.get("names"))}


def _plain(message: Any) -> Callable[[Params], str]:
    return lambda params: str(message)


def _numbered(message: Any) -> Callable[[Params], str]:
    return lambda params: str(message) % {"number": params.get("number", "")}


def euros(cents: int) -> str:
    """`43,20 €`, as the reader's language writes it."""
    return f"{formats.number_format(cents / 100, 2, force_grouping=True)} €"


def _fee(params: Params) -> str:
    until = params.get("until")
    values = {
        "amount": euros(int(params.get("cents", 0))),
        "day": formats.date_format(date.fromisoformat(until), "DATE_FORMAT") if until else "",
    }
    return _("There is a fee of %(amount)s to pay by %(day)s.") % values


def _paid(params: Params) -> str:
    return _("%(amount)s were paid.") % {"amount": euros(int(params.get("cents", 0)))}


def _cancelled(params: Params) -> str:
    return _("The fee of %(amount)s is not owed any more.") % {"amount": euros(int(params.get("cents", 0)))}


def _amount(message: Any) -> Callable[[Params], str]:
    return lambda params: str(message) % {"amount": euros(int(params.get("cents", 0)))}


def _joining_asked(params: Params) -> str:
    count = int(params.get("count", 0))
    message = ngettext(
        "%(count)s other person was asked to join the request.",
        "%(count)s other persons were asked to join the request.",
        count,
    )
    return message % {"count": count}


def _refused(params: Params) -> str:
    return _("%(name)s does not join the request.") % {"name": params.get("name", "")}


def _power_ended(params: Params) -> str:
    values = {"name": params.get("name", ""), "represented": params.get("represented", "")}
    return _("%(name)s no longer acts for %(represented)s: the power has ended.") % values


def _assigned(params: Params) -> str:
    values = {"name": params.get("name", ""), "step": in_reader_language(params.get("names"))}
    return _("“%(step)s” was given to %(name)s.") % values


def _handed(params: Params) -> str:
    values = {"name": in_reader_language(params.get("unit")), "step": in_reader_language(params.get("names"))}
    return _("The task “%(step)s” went to the unit “%(name)s”.") % values


def _signing(message: Any) -> Callable[[Params], str]:
    """Who, and which document; an audit row holds neither, and its own room says both."""
    return lambda params: (
        str(message) % {"who": params.get("who", "–"), "name": in_reader_language(params.get("names"))}
    )


SENTENCES: dict[str, Callable[[Params], str]] = {
    "opened": _plain(gettext_lazy("The request was filed.")),
    "registered": _numbered(gettext_lazy("It was entered in the registry with number %(number)s.")),
    "answered_at_once": _plain(gettext_lazy("It was answered at once: the document is in the folder.")),
    "appointment_given": _plain(gettext_lazy("The appointment was given at once: its slip is in the folder.")),
    "appointment_moved": _plain(gettext_lazy("The appointment has another hour.")),
    "appointment_missed": _plain(gettext_lazy("The person did not come to the appointment.")),
    "appointment_cancelled": _plain(gettext_lazy("The appointment was cancelled.")),
    "appointment_attended": _plain(gettext_lazy("The person came to the appointment.")),
    "handed_to_clerk": _plain(gettext_lazy("It could not be answered at once, so a person will look at it.")),
    "taken": _named(gettext_lazy("Somebody took the task “%(name)s”.")),
    "assigned": _assigned,
    "task_handed": _handed,
    "released": _named(gettext_lazy("The task “%(name)s” went back to its unit.")),
    "unit_changed": _named(gettext_lazy("The case file went to the unit “%(name)s”.")),
    "returned": _named(gettext_lazy("The case file went back to the step “%(name)s”.")),
    "step_done": _named(gettext_lazy("This step was done: %(name)s.")),
    "step_unchanged": _named(gettext_lazy("This step was done, and nothing had to change: %(name)s.")),
    "report_written": _named(gettext_lazy("This report was written: %(name)s.")),
    "proposed": _named(gettext_lazy("A decision was proposed.")),
    "fee_due": _fee,
    "fee_paid": _paid,
    "fee_cancelled": _cancelled,
    "payment_doubted": _amount(
        gettext_lazy("The bank says that %(amount)s were paid, which is not what was asked for.")
    ),
    "payment_set_aside": _amount(
        gettext_lazy("The payment of %(amount)s was looked at, and is not the one that was asked for.")
    ),
    "fee_none": _plain(gettext_lazy("There is no fee to pay.")),
    "correction_asked": _plain(gettext_lazy("Something is missing: the town hall asked for it.")),
    "correction_received": _numbered(gettext_lazy("What was missing was delivered, with registry number %(number)s.")),
    "correction_lapsed": _plain(gettext_lazy("What was missing was not delivered within the ten working days.")),
    "hearing_opened": _plain(gettext_lazy("The case file is shown to the parties, who may plead.")),
    "hearing_answered": _numbered(gettext_lazy("Pleadings were delivered, with registry number %(number)s.")),
    "hearing_over": _plain(gettext_lazy("The days of the hearing are over.")),
    "lapse_warned": _plain(gettext_lazy("The town hall warned that the case file lapses in three months.")),
    "warning_heeded": _numbered(
        gettext_lazy("What the case file waited for was delivered, with registry number %(number)s.")
    ),
    "warning_lapsed": _plain(gettext_lazy("Three months passed since the warning: the lapse may be declared.")),
    "term_suspended": _named(gettext_lazy("The time to decide stands still until this report arrives: %(name)s.")),
    "term_resumed": _plain(gettext_lazy("The time to decide goes on.")),
    "silence_certified": _plain(gettext_lazy("The town hall certified what its silence means by law.")),
    "request_lapsed": _plain(gettext_lazy("The time ended to deliver what the case file waited for.")),
    "step_added": _named(gettext_lazy("This step was added: %(name)s.")),
    "linked": _numbered(gettext_lazy("It was linked to the case file %(number)s.")),
    "resolved": _plain(gettext_lazy("There is a decision, and it is being notified.")),
    "sent_out": _numbered(gettext_lazy("It left the town hall with exit number %(number)s.")),
    "notification_opened": _plain(gettext_lazy("The notification was opened.")),
    "notification_rejected": _plain(gettext_lazy("The notification was rejected; it counts as notified.")),
    "notification_lapsed": _plain(gettext_lazy("The notification was not opened in ten days; it counts as notified.")),
    "notification_published": _plain(gettext_lazy("The notification was published in the official gazette.")),
    "reached_otherwise": _plain(gettext_lazy("A party chose another way to be written to.")),
    "message_sent": _plain(gettext_lazy("The town hall wrote a message.")),
    "message_received": _plain(gettext_lazy("The citizen wrote a message.")),
    "documents_received": _numbered(gettext_lazy("Documents were delivered, with registry number %(number)s.")),
    "document_added": _named(gettext_lazy("A document was added: %(name)s.")),
    "signature_asked": _signing(gettext_lazy("%(who)s was asked to sign “%(name)s”.")),
    "signed": _signing(gettext_lazy("%(who)s signed “%(name)s”.")),
    "signature_declined": _signing(gettext_lazy("%(who)s did not want to sign “%(name)s”.")),
    "signature_cancelled": _signing(gettext_lazy("The signature of %(who)s in “%(name)s” is not asked for any more.")),
    "note": _plain(gettext_lazy("A note was written.")),
    "joining_asked": _joining_asked,
    "joined": _numbered(gettext_lazy("Another person joined the request, with registry number %(number)s.")),
    "joining_refused": _refused,
    "joining_complete": _plain(gettext_lazy("All those who were named in the request have answered.")),
    "joining_over": _plain(gettext_lazy("The days to join the request are over.")),
    "power_ended": _power_ended,
    "left": _numbered(
        gettext_lazy("One of the applicants withdrew, with registry number %(number)s; it goes on for the others.")
    ),
    "withdrawal_asked": _numbered(gettext_lazy("The request was withdrawn, with registry number %(number)s.")),
    "closed": _plain(gettext_lazy("The case file was closed.")),
    "closed_by_hand": _plain(gettext_lazy("The case file was closed without a decision.")),
}
# what is only audited: whoever it is about must see who it was
_READ = gettext_lazy("%(who)s opened the case file %(what)s")
_SIGNATURE_ASKED = gettext_lazy("%(who)s asked a party of %(what)s to sign a document")
_JOINING_READ = gettext_lazy("%(who)s, who was named as a co-applicant, read what was filed in %(what)s")


def sentence(event: CaseEvent) -> str:
    """What happened, in the reader's language; the code where nobody wrote a sentence for it."""
    say = SENTENCES.get(event.code)
    return say(event.params) if say else event.code


def said_text(event: CaseEvent) -> str:
    """What was written with it: a message, a note, a reason."""
    return in_reader_language(event.params.get("texts")) or str(event.params.get("text", ""))


def _audited(code: str) -> Callable[[AuditRow], str]:
    """Audit rows hold no names of steps, so their sentence is the history's without them."""
    return lambda row: SENTENCES[code]({"names": {"es": row.data.get("step", "")}, **row.data})


AUDIT_SENTENCES: dict[str, Callable[[AuditRow], str]] = {
    **{f"case_files__{code}": _audited(code) for code in SENTENCES},
    "case_files__read": lambda row: _READ % {"who": row.actor_name, "what": row.object_ref},
    "case_files__signature_asked": lambda row: _SIGNATURE_ASKED % {"who": row.actor_name, "what": row.object_ref},
    "case_files__joining__read": lambda row: _JOINING_READ % {"who": row.actor_name, "what": row.object_ref},
}
